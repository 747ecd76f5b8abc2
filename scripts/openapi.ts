import { readFile, writeFile } from 'node:fs/promises';
import { openApiDocument, openApiText } from './lib/openapi-document.js';
import { documentFaults } from '../src/platform/http/openapi/document-faults.js';

/*
 * `npm run openapi:write` writes openapi.json, the document that is served at /docs-json; `npm run openapi:check`
 * fails when the checked-in file says something else. Neither needs a database. Both fail when the document
 * leaves out what every operation must say.
 */

const FILE = 'openapi.json';

const document = await openApiDocument();
const text = openApiText(document);
const faults = documentFaults(document);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  await writeFile(FILE, text);
} else if (text !== (await readFile(FILE, 'utf8').catch(() => ''))) {
  console.error(
    `${FILE} is not what the controllers say: run \`npm run openapi:write\` and commit the result.`,
  );
  process.exitCode = 1;
}
