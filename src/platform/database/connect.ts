import { Client } from 'pg';
import { StartupError } from '../bootstrap/startup-error.js';

const OLDEST_POSTGRES = 15;
const TIMEOUT_MS = 4_000;

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host is unknown',
  EAI_AGAIN: 'its host is unknown',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '53300': 'it has no connection left',
  '57P03': 'it is still starting up',
};

/**
 * A connection of its own, outside any pool, for what happens around the start. The caller ends it.
 * @throws StartupError with where to and why it failed, without the password, or when the server is too old
 */
export async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: TIMEOUT_MS });
  // A connection lost while idle fails the next query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw problem(error, databaseUrl);
  }
  const { rows } = await client.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  const version = rows[0]?.version ?? '';
  if (Number.parseInt(version, 10) >= OLDEST_POSTGRES) return client;
  await client.end();
  throw new StartupError(
    `PostgreSQL ${OLDEST_POSTGRES} or newer is needed; the database runs on ${version}.`,
  );
}

function problem(error: unknown, databaseUrl: string): StartupError {
  const { host, pathname } = new URL(databaseUrl);
  const code = (error as { code?: string }).code ?? '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new StartupError(
    `The database at ${host}${pathname} cannot be used: ${reason}. Check DATABASE_URL.`,
  );
}
