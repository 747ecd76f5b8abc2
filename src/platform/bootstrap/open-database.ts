import type { Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.js';

export interface OpenDatabase {
  readonly url: string;
  /** Stops what this process started; a database that was given stays. */
  stop(): Promise<void>;
}

/**
 * The database of `DATABASE_URL`, after a look at whether it can be used, or the embedded one in `DATA_DIR`.
 * @throws StartupError
 */
export async function openDatabase({ databaseUrl, dataDir }: Settings): Promise<OpenDatabase> {
  if (!databaseUrl) return startEmbeddedPostgres({ dataDir });
  const client = await connect(databaseUrl);
  await client.end();
  return { url: databaseUrl, stop: () => Promise.resolve() };
}
