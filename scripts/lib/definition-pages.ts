import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definitionPage } from '../../src/saga/definition/definition-page.js';
import type { SagaDefinition } from '../../src/saga/definition/index.js';
import type { ReleasedVersions } from '../../src/saga/released/released-versions.js';

const FOLDER = 'docs/sagas';

interface Page {
  readonly path: string;
  readonly text: string;
}

/** The pages of the released versions that are in the code. That of a version whose code is gone stays as it was. */
function pagesOf(definitions: readonly SagaDefinition[], released: ReleasedVersions): Page[] {
  return definitions.flatMap((definition) => {
    const { name, version } = definition;
    const entry = released.find(name, version);
    const path = join(FOLDER, `${name}.v${version}.md`);
    return entry ? [{ path, text: definitionPage(definition, entry.releasedOn) }] : [];
  });
}

export async function writePages(
  definitions: readonly SagaDefinition[],
  released: ReleasedVersions,
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const { path, text } of pagesOf(definitions, released)) await writeFile(path, text);
}

/** Pages that say something else than their definition, or are not there, a line each. */
export async function outdatedPages(
  definitions: readonly SagaDefinition[],
  released: ReleasedVersions,
): Promise<string[]> {
  const faults = [];
  for (const { path, text } of pagesOf(definitions, released)) {
    const checkedIn = await readFile(path, 'utf8').catch(() => '');
    if (checkedIn !== text) faults.push(`${path} is out of date: run \`npm run sagas:docs\` and commit it.`);
  }
  return faults;
}
