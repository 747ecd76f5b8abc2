import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataDirectory } from '../../src/platform/database/embedded/data-directory.js';
import { AppDidNotStart, startApp } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

/** What a start that fails leaves behind: one line for the operator, and an exit code for the supervisor. */
async function failureOf(env: Record<string, string>, options: Parameters<typeof startApp>[1] = {}) {
  const startedAt = performance.now();
  const failure: unknown = await startApp(env, options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppDidNotStart);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  const { exit, stderr } = failure as AppDidNotStart;
  expect(exit.code).toBe(1);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trimEnd();
}

/** Sagas of a version that wait for something, as another build has left them. */
async function inFlight(url: string, definition: string, version: number, count: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO saga.live_instance
            (id, definition, version, correlation_id, status, length, created_at, updated_at)
     SELECT gen_random_uuid(), $1, $2, n::text, 'waiting', 1, now(), now() FROM generate_series(1, $3) n`,
    [definition, version, count],
  );
  await client.end();
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

  it.each(['all', 'api', 'worker'])('as %s says which version in flight it does not have', async (ROLE) => {
    const other = await createTestDatabase();
    try {
      await inFlight(other.url, 'order-fulfillment', 9, 3);
      expect(await failureOf({ DATABASE_URL: other.url, ROLE })).toBe(
        '3 sagas in flight need order-fulfillment v9, which this build does not have: start a build that has it.',
      );
    } finally {
      await other.drop();
    }
  });

  it.each(['all', 'api', 'worker'])(
    'as %s says that a released definition has been changed',
    async (ROLE) => {
      const env = { DATABASE_URL: database.url, ROLE, ALTER: 'changed-v1' };
      expect(await failureOf(env, { entry: 'test/support/altered-app.mjs' })).toBe(
        'order-fulfillment v1 is released and has been changed: put it back, and give the change a version of its ' +
          'own; see docs/operating/changing-a-saga.md.',
      );
    },
  );

  it('serves, ends on SIGTERM, and its embedded database ends with it', async () => {
    const app = await startApp({ DATA_DIR: dataDir });
    expect(app.logs()).toContain(`${app.url}/docs`);
    expect(app.logs()).toContain('demo-supervisor-2');
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect(await new DataDirectory(dataDir).isServed()).toBe(false);
  });

  it('ends although clients go on asking, each on the connection that it has', async () => {
    const app = await startApp({ DATABASE_URL: database.url });
    let ended = false;
    let answers = 0;
    const ask = async (): Promise<void> => {
      while (!ended) {
        // Takes so long that one of them is being answered at any time.
        answers += Number((await app.http.get('/health/ready').catch(() => null)) !== null);
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, ask));
    await eventually(() => answers > 20);
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    ended = true;
    await clients;
  });

  it('starts by one command, says what to do next, and ends on SIGINT', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    // Without a shell in between, which would keep the signals to itself.
    expect(scripts.start).toMatch(/^exec node (--\S+ )*scripts\/start\.mjs$/);
    const app = await startApp({ DATA_DIR: dataDir }, { entry: 'scripts/start.mjs' });
    expect(app.logs()).toContain(`Swagger UI   ${app.url}/docs`);
    expect(app.logs()).toContain('demo-client');
    expect(app.logs()).toContain(`curl -s ${app.url}/v1/orders`);
    expect((await app.http.get('/v1/products')).status).toBe(200);
    app.kill('SIGINT');
    expect(await app.exited).toEqual({ code: 0, signal: null });
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
