import { Client } from 'pg';

/** All that the gateway and the carrier remember, table by table. */
export type OutsideWorld = ReadonlyMap<string, unknown>;

/**
 * What the outside remembers. The sandbox keeps it in a schema of the same database; a real gateway does not, and does not
 * go back when that is restored.
 */
export async function readOutside(url: string): Promise<OutsideWorld> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'sandbox' ORDER BY 1`,
    );
    const world = new Map<string, unknown>();
    for (const { name } of rows) {
      const { rows: all } = await client.query<{ rows: unknown }>(
        `SELECT COALESCE(jsonb_agg(t), '[]') AS rows FROM sandbox.${name} t`,
      );
      world.set(name, all[0]!.rows);
    }
    return world;
  });
}

/** Puts the outside of another database in the place of this one's. */
export async function replaceOutside(url: string, world: OutsideWorld): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('BEGIN');
    // No foreign key is looked at before all of it is there.
    await client.query(`SET LOCAL session_replication_role = replica`);
    await client.query(`TRUNCATE ${[...world.keys()].map((name) => `sandbox.${name}`).join(', ')}`);
    for (const [name, rows] of world) {
      await client.query(
        `INSERT INTO sandbox.${name} SELECT * FROM jsonb_populate_recordset(NULL::sandbox.${name}, $1::jsonb)`,
        [JSON.stringify(rows)],
      );
    }
    await client.query('COMMIT');
  });
}

/** What operators do at the gateway's own desk: all money of these orders is given back. */
export async function refundAtTheGateway(url: string, orders: readonly string[]): Promise<void> {
  const sql = `UPDATE sandbox.charge SET refunded_amount = amount WHERE order_id = ANY ($1::uuid[]) AND voided_at IS NULL`;
  await withClient(url, (client) => client.query(sql, [orders]));
}

/** And at the carrier's: nobody comes for these orders' parcels any more. */
export async function cancelWithTheCarrier(url: string, orders: readonly string[]): Promise<void> {
  const sql = `UPDATE sandbox.booking SET status = 'cancelled' WHERE order_id = ANY ($1::uuid[])`;
  await withClient(url, (client) => client.query(sql, [orders]));
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
