import type { Settings } from '../config/settings.js';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.js';

export interface OpenDatabase {
  readonly url: string;
  /** Stops what this process started; a database that was given stays. */
  stop(): Promise<void>;
}

/** The database of `DATABASE_URL`, or the embedded one in `DATA_DIR`. */
export async function openDatabase({ databaseUrl, dataDir }: Settings): Promise<OpenDatabase> {
  if (databaseUrl) return { url: databaseUrl, stop: () => Promise.resolve() };
  return startEmbeddedPostgres({ dataDir });
}
