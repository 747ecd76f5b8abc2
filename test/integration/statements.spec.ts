import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Statement } from '../../src/platform/database/statement.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const src = join(import.meta.dirname, '../../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.sql.ts'),
);

function isStatement(exported: unknown): exported is Statement {
  return typeof exported === 'object' && exported !== null && 'name' in exported && 'text' in exported;
}

/** One that runs once a month is as good as one that runs with every order. */
describe('Every prepared statement', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('is in one of these files', () => expect(files.length).toBeGreaterThan(100));

  it.each(files)('is one that PostgreSQL understands: %s', async (file) => {
    const exported = Object.values((await import(join(src, file))) as Record<string, unknown>);
    const statements = exported.filter(isStatement);
    expect(statements).not.toEqual([]);
    // What sets something cannot be prepared by SQL; it may as well be run.
    for (const { name, text } of statements) {
      await client.query(text.startsWith('SET ') ? text : `PREPARE "${name}" AS ${text}`);
    }
  });
});
