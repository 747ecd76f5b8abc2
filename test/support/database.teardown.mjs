import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** After a run: stops the run's PostgreSQL, whichever worker started it, and removes its directory. */
export default async function teardown() {
  const dataDir = process.env.TEST_DATA_DIR;
  if (!dataDir) return;
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  const running = () => readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(await running(), 10);
  if (pid > 0) {
    process.kill(pid, 'SIGQUIT'); // The data is thrown away, so the server need not shut down in order.
    while (await running()) await delay(10); // The file goes last.
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  delete process.env.TEST_DATA_DIR;
}
