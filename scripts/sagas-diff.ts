import { describeDefinition, diffDefinitions, type Description } from '../src/saga/definition/index.js';
import { orderFulfillment } from '../src/saga/reference.js';
import { readReleasedFile } from './lib/released-file.js';
import { fail, versionArgument } from './lib/version-argument.js';

/*
 * `npm run sagas:diff -- <definition> <from> <to>` says what is different between two versions, of the code or
 * released ones whose code is gone. Needs no database and no server.
 */

const [name = '', from = '', to = '', ...more] = process.argv.slice(2);
const [before, after] = [described(from), described(to)];
if (more.length > 0 || !versionArgument([name, from]) || !versionArgument([name, to])) {
  fail('Say which: npm run sagas:diff -- order-fulfillment 1 2');
} else if (!before || !after) fail(`There is no ${name} v${before ? to : from}.`);
else console.log(diffDefinitions(before, after).text);

function described(version: string): Description | null {
  const inCode = orderFulfillment.definitions.find(
    (one) => one.name === name && one.version === Number(version),
  );
  return inCode ? describeDefinition(inCode) : (readReleasedFile()[name]?.[version]?.description ?? null);
}
