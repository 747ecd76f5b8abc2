import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrations-runner.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

async function run(url: string, sql: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}

describe('the migrations', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.drop());

  it('do nothing on a schema that is up to date', async () => {
    expect(await migrate(database.url)).toEqual([]);
  });

  it('are applied once when several processes start at the same instant', async () => {
    const server = await startEmbeddedPostgres({ dataDir: process.env.TEST_DATA_DIR!, fast: true });
    try {
      await run(server.url, 'CREATE DATABASE starters');
      const url = Object.assign(new URL(server.url), { pathname: '/starters' }).href;
      const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
      expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
      await run(server.url, 'DROP DATABASE starters');
    } finally {
      await server.release();
    }
  });

  it('refuse a schema newer than the code, by name', async () => {
    await run(database.url, `INSERT INTO migrations (timestamp, name) VALUES (1, 'FromTheFuture1')`);
    await expect(migrate(database.url)).rejects.toThrow(
      "The database's schema is newer than this release, which does not know FromTheFuture1.",
    );
  });

  it.each([
    ['nothing listens there', (url: URL) => (url.port = '1')],
    ['its host is unknown', (url: URL) => (url.hostname = 'nowhere.invalid')],
    ['it refuses the user or the password', (url: URL) => (url.password = 'wrong')],
    ['it has no such database', (url: URL) => (url.pathname = '/nothing')],
  ])('say in one line that %s', async (reason, spoil) => {
    const url = new URL(database.url);
    spoil(url);
    const attempt = migrate(url.href);
    await expect(attempt).rejects.toThrow(
      new RegExp(`^The database at \\S+ cannot be used: ${reason}\\. Check`),
    );
  });
});
