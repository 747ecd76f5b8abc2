import { ensureBuilt } from '../../scripts/lib/ensure.mjs';
import setupDatabase from './database.setup.mjs';

/** Before e2e and crash tests: they start the built app as a child process, so the build must be current. */
export default async function setup() {
  ensureBuilt();
  await setupDatabase();
}
