import { Client } from 'pg';

/**
 * The database's clock in a test's hands. Leases, due times and back-off go by it alone, so that moving it ahead lets
 * a policy's delays pass at once, in every process, and without another definition or another engine.
 *
 * In a database of its own `now()` and `clock_timestamp()` are ours: the search path finds them before PostgreSQL's.
 * Timeouts of attempts and the pauses between polls go by the process, and take their time.
 */
export class ControlledClock {
  private constructor(private readonly client: Client) {}

  /** Call it before the application connects: a connection keeps the search path with which it began. */
  static async install(databaseUrl: string): Promise<ControlledClock> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(`
      CREATE SCHEMA testing;
      CREATE TABLE testing.clock (ahead interval NOT NULL);
      INSERT INTO testing.clock VALUES ('0');
      CREATE FUNCTION testing.now() RETURNS timestamptz LANGUAGE sql STABLE
        AS 'SELECT pg_catalog.now() + (SELECT ahead FROM testing.clock)';
      CREATE FUNCTION testing.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS 'SELECT pg_catalog.clock_timestamp() + (SELECT ahead FROM testing.clock)';
      SET search_path = public, testing, pg_catalog;
      DO $$
      DECLARE stamped record;
      BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = public, testing, pg_catalog', current_database());
        -- A default was bound to PostgreSQL's own function when its table was made.
        FOR stamped IN
          SELECT table_schema AS home, table_name AS name, column_name AS part, column_default AS value
            FROM information_schema.columns
           WHERE column_default ~ '\\m(now|clock_timestamp)\\('
        LOOP
          EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT %s',
                         stamped.home, stamped.name, stamped.part, replace(stamped.value, 'pg_catalog.', ''));
        END LOOP;
      END $$`);
    return new ControlledClock(client);
  }

  /** Lets so many milliseconds pass at once. */
  async advance(milliseconds: number): Promise<void> {
    await this.client.query(`UPDATE testing.clock SET ahead = ahead + make_interval(secs => $1::float8)`, [
      milliseconds / 1_000,
    ]);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
