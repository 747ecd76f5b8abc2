import { orderFulfillment } from '../src/saga/reference.js';
import { releaseFaults } from '../src/saga/released/release-faults.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { readReleasedFile } from './lib/released-file.js';
import { fail } from './lib/version-argument.js';

/*
 * `npm run sagas:check`: released versions are as they were released. Says what differs, and what to do. Needs no
 * database.
 */

const released = new ReleasedVersions(readReleasedFile());
for (const { text, differences } of releaseFaults(orderFulfillment.definitions, released)) {
  fail([text, ...differences.map((line) => `  ${line}`)].join('\n'));
}
