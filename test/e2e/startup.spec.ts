import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from '../../src/platform/database/embedded/data-directory.js';
import { AppDidNotStart, startApp } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** What a start that fails leaves behind: one line for the operator, and an exit code for the supervisor. */
async function failureOf(env: Record<string, string>) {
  const startedAt = performance.now();
  const failure: unknown = await startApp(env).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppDidNotStart);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  const { exit, stderr } = failure as AppDidNotStart;
  expect(exit.code).toBe(1);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trimEnd();
}

describe('starting', () => {
  let database: TestDatabase;
  let dataDir: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'start-'));
    await chmod(dataDir, 0o755);
  });

  afterAll(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('says that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const line = await failureOf({ DATABASE_URL: database.url, PORT: String(port) });
      expect(line).toBe(
        `PORT: ${port} on 127.0.0.1 is in use; set PORT to another one, or to 0 for any free one.`,
      );
    } finally {
      other.close();
    }
  });

  it('says that a setting is wrong', async () => {
    expect(await failureOf({ PORT: 'abc' })).toBe(
      'PORT: must be a whole number between 0 and 65535, was "abc"',
    );
  });

  it('says that the database is not there', async () => {
    const line = await failureOf({ DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/orders' });
    expect(line).toBe(
      'The database at 127.0.0.1:1/orders cannot be used: nothing listens there. Check DATABASE_URL.',
    );
  });

  it('says that production needs keys', async () => {
    const line = await failureOf({ NODE_ENV: 'production', SANDBOX: 'on', WEBHOOK_SECRET: 'x' });
    expect(line).toContain('API_KEYS: must be set in production');
  });

  it('serves, ends on SIGTERM, and its embedded database ends with it', async () => {
    const app = await startApp({ DATA_DIR: dataDir });
    expect(app.logs()).toContain(`${app.url}/docs`);
    expect(app.logs()).toContain('demo-supervisor-2');
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('starts again in under 5 s, after a kill too', async () => {
    const killed = await startApp({ DATA_DIR: dataDir });
    killed.kill('SIGKILL');
    await killed.exited;
    const startedAt = performance.now();
    const app = await startApp({ DATA_DIR: dataDir });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await app.stop();
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('opens no port as a worker', async () => {
    const app = await startApp({ DATABASE_URL: database.url, ROLE: 'worker' });
    expect(app.url).toBe('');
    expect(await app.stop()).toEqual({ code: 0, signal: null });
  });
});
