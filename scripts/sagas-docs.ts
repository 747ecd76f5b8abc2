import { orderFulfillment } from '../src/saga/reference.js';
import { ReleasedVersions } from '../src/saga/released/released-versions.js';
import { writePages } from './lib/definition-pages.js';
import { readReleasedFile } from './lib/released-file.js';

/* `npm run sagas:docs` writes docs/sagas: a page for each released version, from its definition. */

await writePages(orderFulfillment.definitions, new ReleasedVersions(readReleasedFile()));
