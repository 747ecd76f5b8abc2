import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../../src/platform/database/migrations-runner.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';

/** A database of one's own, migrated, empty. */
export interface TestDatabase {
  readonly url: string;
  /** Drops the database. @throws Error when a connection to it is still open: the test leaked one. */
  drop(): Promise<void>;
}

const TEMPLATE = 'migrated';
/** Only one of Jest's workers makes the template. */
const LOCK = 0x7e57;

/** One server for the whole run: the first test file starts it, the run's teardown stops it. */
let server: Promise<EmbeddedPostgres> | undefined;
let databases = 0;

/** A fresh copy of the migrated schema, in some 50 ms. Call in `beforeAll`, and `drop()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  databases++;
  server ??= joinServer();
  const { url } = await server;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(url, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  return { url: withDatabase(url, name), drop: () => dropDatabase(url, name) };
}

async function joinServer(): Promise<EmbeddedPostgres> {
  const dataDir = process.env.TEST_DATA_DIR;
  if (!dataDir) throw new Error('Only integration, e2e and crash tests have a database.');
  const joined = await startEmbeddedPostgres({ dataDir, fast: true });
  await asAdmin(joined.url, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await createTemplate(admin, joined.url);
  });
  return joined;
}

/** Under its final name only once it is complete. */
async function createTemplate(admin: Client, url: string): Promise<void> {
  const draft = `${TEMPLATE}_draft`;
  await admin.query(`DROP DATABASE IF EXISTS ${draft}`);
  await admin.query(`CREATE DATABASE ${draft}`);
  await migrate(withDatabase(url, draft));
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
}

async function dropDatabase(url: string, name: string): Promise<void> {
  try {
    await asAdmin(url, async (admin) => {
      // PostgreSQL gives connections that are just closing some seconds before it refuses.
      const refusal = await admin.query(`DROP DATABASE ${name}`).then(
        () => undefined,
        (error: Error) => error,
      );
      if (!refusal) return;
      const { rows } = await admin.query<{ query: string }>(
        'SELECT query FROM pg_stat_activity WHERE datname = $1',
        [name],
      );
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      const queries = rows.map(({ query }) => query).join('\n');
      throw new Error(`${refusal.message}; connections left open, with their last statements:\n${queries}`);
    });
  } finally {
    if (--databases === 0) {
      await (await server)?.release();
      server = undefined;
    }
  }
}

async function asAdmin(url: string, work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
