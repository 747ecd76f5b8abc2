import { orderFulfillment } from '../src/saga/reference.js';
import { rederive } from '../src/saga/released/rederive.js';
import { releaseFaults } from '../src/saga/released/release-faults.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { outdatedPages } from './lib/definition-pages.js';
import { readRecordings } from './lib/recording/recordings.js';
import { readReleasedFile } from './lib/released-file.js';
import { fail } from './lib/version-argument.js';

/*
 * `npm run sagas:check`: released versions are as they were released, decide and reckon on their recorded journals as
 * they did, and their pages say what they do. Says what differs, and what to do. Needs no database.
 */

const released = new ReleasedVersions(readReleasedFile());
const faults = releaseFaults(orderFulfillment.definitions, released);
for (const { text, differences } of faults) fail(listed(text, differences));

// Of a version that is not as it was released the rest would differ too: that is no second fault.
const sound = orderFulfillment.definitions.filter(
  ({ name, version }) =>
    released.find(name, version) && !faults.some((one) => one.name === name && one.version === version),
);
const recordings = await readRecordings();
for (const definition of sound) {
  const label = `${definition.name} v${definition.version}`;
  const mine = recordings.filter(
    (one) => one.definition === definition.name && one.version === definition.version,
  );
  if (mine.length === 0)
    fail(`${label} has no recorded journals: run \`npm run sagas:record\` and commit them.`);
  for (const { scenario, entries } of mine) {
    const differences = rederive(definition, entries);
    if (differences.length === 0) continue;
    const text = `${label} is released, and a function of it has been changed: it does not make of the journal "${scenario}" what it made of it. Put it back, and give the change a version of its own.`;
    fail(listed(text, differences));
  }
}
for (const text of await outdatedPages(sound, released)) fail(text);

function listed(text: string, differences: readonly string[]): string {
  return [text, ...differences.map((line) => `  ${line}`)].join('\n');
}
