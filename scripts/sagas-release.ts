import { describeDefinition, fingerprint } from '../src/saga/definition/index.js';
import { orderFulfillment } from '../src/saga/reference.js';
import { releaseFaults } from '../src/saga/released/release-faults.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { writePages } from './lib/definition-pages.js';
import { enter, readReleasedFile, today } from './lib/released-file.js';
import { fail, versionArgument } from './lib/version-argument.js';

/*
 * `npm run sagas:release -- <definition> <version>` freezes a version: from now on `npm run sagas:check` fails when it
 * is changed, and so does every start. There is no way to release it anew.
 */

const wanted = versionArgument(process.argv.slice(2));
if (!wanted) fail('Say which: npm run sagas:release -- order-fulfillment 3');
else await release(wanted.name, wanted.version);

async function release(name: string, version: number): Promise<void> {
  const definition = orderFulfillment.definitions.find((one) => one.name === name && one.version === version);
  if (!definition) return fail(`${name} v${version} is not in src/saga/reference.ts.`);
  const released = new ReleasedVersions(readReleasedFile());
  const [fault] = releaseFaults([definition], released).filter(
    (one) => one.name === name && one.version === version,
  );
  if (fault) return fail([fault.text, ...fault.differences.map((line) => `  ${line}`)].join('\n'));
  if (released.find(name, version)) return console.log(`${name} v${version} is released already.`);
  const description = describeDefinition(definition);
  await enter(name, version, { fingerprint: fingerprint(definition), releasedOn: today(), description });
  await writePages([definition], new ReleasedVersions(readReleasedFile()));
  console.log(`${name} v${version} is released. Commit sagas.released.json and docs/sagas.`);
}
