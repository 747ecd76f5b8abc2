import { realpath } from 'node:fs/promises';
import { Client, DatabaseError } from 'pg';
import { DATABASE, type DataDirectory, type Postmaster, SUPERUSER } from './data-directory.js';

/** Any number that all processes of this program agree on. */
const LOCK = 0x5a6a;

const MISSING_DATABASE = '3D000';

/**
 * One process's hold on the embedded server: a connection with a shared advisory lock. PostgreSQL lets go of it
 * when the process dies, however it dies, so nobody has to keep a list of who is alive. Holding a lock across
 * statements is fine here and only here: this server is one machine's, and the lock guards nothing but its end.
 */
export class Hold {
  private constructor(
    private readonly client: Client,
    readonly server: Postmaster,
  ) {}

  /** A hold on the server of this directory; undefined when none answers (yet). */
  static async take(directory: DataDirectory): Promise<Hold | undefined> {
    const postmaster = await directory.postmaster();
    if (!postmaster) return undefined;
    const { port } = postmaster;
    let client: Client | undefined;
    try {
      client = await connect(directory, port, DATABASE);
      const { rows } = await client.query<{ directory: string }>(
        `SELECT current_setting('data_directory') AS directory`,
      );
      // A copied data directory names the original's server, and knows its password too.
      if (rows[0]?.directory !== (await realpath(directory.postgres))) throw new Error('another server');
      await client.query('SELECT pg_advisory_lock_shared($1)', [LOCK]);
      return new Hold(client, postmaster);
    } catch (error) {
      await client?.end().catch(() => undefined);
      if (error instanceof DatabaseError && error.code === MISSING_DATABASE)
        await createDatabase(directory, port);
      return undefined;
    }
  }

  /** Lets go. True when no other process holds the server, and from then on none can. */
  async releaseAsLast(): Promise<boolean> {
    await this.client.query('SELECT pg_advisory_unlock_shared($1)', [LOCK]);
    const { rows } = await this.client.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [
      LOCK,
    ]);
    return rows[0]?.last === true;
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function createDatabase(directory: DataDirectory, port: number): Promise<void> {
  let client: Client | undefined;
  try {
    client = await connect(directory, port, 'postgres');
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch {
    // Another process was faster; if not, the next attempt to take hold tells.
  } finally {
    await client?.end();
  }
}

async function connect(directory: DataDirectory, port: number, database: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    database,
    user: SUPERUSER,
    password: await directory.password(),
    application_name: 'embedded-postgres hold',
    ssl: false,
    connectionTimeoutMillis: 2_000,
  });
  // Without a listener, a server that goes away would end this process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
