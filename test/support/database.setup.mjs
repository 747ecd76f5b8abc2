import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Before a run: only names the directory of the run's PostgreSQL. The first test file that asks for a
 * database starts it (see database.ts), so a run without database tests pays nothing.
 */
export default async function setup() {
  if (process.env.TEST_DATA_DIR) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'order-saga-test-'));
  await chmod(dataDir, 0o755); // As root, the server runs as another user, who must be able to pass.
  process.env.TEST_DATA_DIR = dataDir;
}
