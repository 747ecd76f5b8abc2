import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';
import { StartupError } from '../bootstrap/startup-error.js';
import { connect } from './connect.js';

type MigrationClass = new () => MigrationInterface;

const FOLDER = join(import.meta.dirname, '../../../migrations');
/** Any number that all releases agree on. */
const LOCK = 0x6d16;

/**
 * Brings the schema up to this release, each migration in a transaction of its own, and returns the names of those
 * it applied. Processes that start at once wait for the first one: it works under an advisory lock.
 *
 * @throws StartupError when the database cannot be used, is too old, or has migrations that this release does not
 * know: an older program must not write to a newer schema unknowingly.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const lock = await connect(databaseUrl);
  try {
    // Held for the session, and gone with it, so that a killed process blocks nobody.
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await applyAll(databaseUrl);
  } finally {
    await lock.end();
  }
}

async function applyAll(databaseUrl: string): Promise<string[]> {
  const migrations = await loadMigrations();
  // Without `schema` the table of migrations goes to the first schema of the search path, which may be one of ours.
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    schema: 'public',
    migrations,
    poolSize: 1,
  });
  await dataSource.initialize();
  try {
    await refuseNewerSchema(dataSource, migrations);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    return applied.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}

async function loadMigrations(): Promise<MigrationClass[]> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d+-.*(?<!\.d)\.[jt]s$/.test(file)).sort();
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(join(FOLDER, file)).href) as Promise<Record<string, MigrationClass>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module));
}

async function refuseNewerSchema(dataSource: DataSource, known: MigrationClass[]): Promise<void> {
  const [{ exists }] = await dataSource.query<[{ exists: boolean }]>(
    `SELECT to_regclass('public.migrations') IS NOT NULL AS exists`,
  );
  if (!exists) return;
  const unknown = await dataSource.query<{ name: string }[]>(
    'SELECT name FROM public.migrations WHERE name <> ALL ($1) ORDER BY id',
    [known.map(({ name }) => name)],
  );
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(', ');
  throw new StartupError(`The database's schema is newer than this release, which does not know ${names}.`);
}
