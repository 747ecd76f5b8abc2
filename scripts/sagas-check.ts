import { orderFulfillment } from '../src/saga/reference.js';
import { releaseFaults } from '../src/saga/released/release-faults.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { outdatedPages } from './lib/definition-pages.js';
import { readReleasedFile } from './lib/released-file.js';
import { fail } from './lib/version-argument.js';

/*
 * `npm run sagas:check`: released versions are as they were released, and their pages say what they do. Says what
 * differs, and what to do. Needs no database.
 */

const { definitions } = orderFulfillment;
const released = new ReleasedVersions(readReleasedFile());
const faults = releaseFaults(definitions, released);
for (const { text, differences } of faults) {
  fail([text, ...differences.map((line) => `  ${line}`)].join('\n'));
}
// Of a version that is not as it was released the page would differ too: that is no second fault.
const sound = definitions.filter(
  (one) => !faults.some(({ name, version }) => name === one.name && version === one.version),
);
for (const text of await outdatedPages(sound, released)) fail(text);
