import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrations-runner.js';
import { describeSchema } from './lib/describe-schema.js';

/*
 * `npm run schema:write` writes schema.sql, what all migrations together make of an empty database;
 * `npm run schema:check` fails when the checked-in file says something else.
 */

const FILE = 'schema.sql';
const HEADER =
  '-- What all migrations make of an empty database. Written by `npm run schema:write`; do not edit.\n\n';

async function schemaOfMigrations(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'schema-'));
  await chmod(dataDir, 0o755); // As root, the server runs as another user, who must be able to pass.
  try {
    const server = await startEmbeddedPostgres({ dataDir, fast: true });
    try {
      await migrate(server.url);
      return HEADER + (await schemaOf(server.url));
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function schemaOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await describeSchema(client);
  } finally {
    await client.end();
  }
}

const schema = await schemaOfMigrations();
if (!process.argv.includes('--check')) {
  await writeFile(FILE, schema);
} else if (schema !== (await readFile(FILE, 'utf8').catch(() => ''))) {
  console.error(
    `${FILE} is not what the migrations make: run \`npm run schema:write\` and commit the result.`,
  );
  process.exitCode = 1;
}
