import { orderFulfillment } from '../src/saga/reference.js';
import { enter, readReleasedFile, today } from './lib/released-file.js';
import { fail, versionArgument } from './lib/version-argument.js';

/*
 * `npm run sagas:remove -- <definition> <version>` notes that a released version's code is gone for good. What it was
 * stays in the list: its number is never used for anything else.
 */

const wanted = versionArgument(process.argv.slice(2));
if (!wanted) fail('Say which: npm run sagas:remove -- order-fulfillment 1');
else await remove(wanted.name, wanted.version);

async function remove(name: string, version: number): Promise<void> {
  const label = `${name} v${version}`;
  const entry = readReleasedFile()[name]?.[version];
  if (!entry) return fail(`${label} was never released: take it out of the code, and that is all.`);
  const isInCode = orderFulfillment.definitions.some((one) => one.name === name && one.version === version);
  if (isInCode)
    return fail(`${label} is in the code: take its file and its place in reference.ts out first.`);
  await enter(name, version, { ...entry, removedOn: entry.removedOn ?? today() });
  console.log(`${label} is noted as removed. Commit sagas.released.json.`);
}
