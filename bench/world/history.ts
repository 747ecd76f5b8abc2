import type { Client } from 'pg';
import { withClient } from './server.js';
import { until } from './until.js';
import type { World } from './world.js';

const batch = 10_000;
/**
 * Percent of a page that its rows took up after they had been put there. The copies are put there as they ended; with the
 * room kept for updates all left, every old page would have some for one new row, as no page has whose rows went through
 * their updates.
 */
const grownBy = 10;

/** All that one delivered order has left behind, in the order in which it can be written. */
const tables = [
  'orders."order"',
  'orders.order_sku',
  'inventory.reservation',
  'billing.payment',
  'shipping.shipment',
  'shipping.parcel',
  'sandbox.charge',
  'sandbox.booking',
  'saga.journal',
  'saga.instance',
];

/**
 * Fills a database with orders that were delivered long ago, each with two finished sagas: its fulfillment and the one
 * that tracked its parcel. The application carries out the first of them; the others are copies of all its rows, journal
 * included, in which nothing but the ids is new. These are UUIDv7 of growing time, as those of real orders are.
 */
export async function fillWithHistory(world: World, url: string, sagas: number): Promise<void> {
  const engine = world.start('engine', { DATABASE_URL: url });
  await engine.ask('go');
  await engine.ask('place', { orders: 1, failing: 0 });
  await until('the first order is done', async () => (await engine.ask<number>('ended')) > 0);
  await engine.ask('deliver');
  await engine.ask('pour');
  await withClient(url, async (client) => {
    await until('its parcel has arrived', async () => (await count(client, 'saga.live_instance')) === 0);
  });
  await engine.stop();
  await withClient(url, (client) => copy(client, sagas / 2 - 1));
}

async function copy(client: Client, copies: number): Promise<void> {
  const ids = await idsOfSample(client);
  const roomForUpdates = await fillFactors(client);
  for (const [table, percent] of roomForUpdates) await setFillFactor(client, table, percent + grownBy);
  await client.query('SET synchronous_commit = off');
  for (const [i, table] of tables.entries()) {
    await client.query(`CREATE TEMP TABLE sample_${i} AS SELECT to_jsonb(t)::text AS row FROM ${table} t`);
  }
  await client.query('CREATE TEMP TABLE copy (new text[])');
  for (let done = 0; done < copies; done += batch) {
    await client.query('TRUNCATE copy');
    // One array a copy: what stands in place of each of the sample's ids.
    await client.query(
      `INSERT INTO copy
       SELECT ARRAY(SELECT CASE WHEN id LIKE 'SBX%' THEN 'SBX' || upper(replace(uuidv7()::text, '-', ''))
                                WHEN id LIKE 'ch\\_%' THEN 'ch_' || replace(uuidv7()::text, '-', '')
                                ELSE uuidv7()::text END
                      FROM unnest($1::text[]) AS id WHERE n IS NOT NULL)
         FROM generate_series(1, $2::int) AS n`,
      [ids, Math.min(batch, copies - done)],
    );
    const renamed = ids.reduce(
      (text, _, i) => `replace(${text}, ($1::text[])[${i + 1}], copy.new[${i + 1}])`,
      's.row',
    );
    for (const [i, table] of tables.entries()) {
      await client.query(
        `INSERT INTO ${table}
         SELECT r.* FROM copy, sample_${i} s, jsonb_populate_record(NULL::${table}, (${renamed})::jsonb) r`,
        [ids],
      );
    }
  }
  for (const [table, percent] of roomForUpdates) await setFillFactor(client, table, percent);
  await client.query(
    `UPDATE inventory.stock SET on_hand = on_hand - $1::int
      WHERE sku = (SELECT lines -> 0 ->> 'sku' FROM orders."order" LIMIT 1)`,
    [copies],
  );
}

/** How full pages are filled, in percent, of those tables that leave room for updates. */
async function fillFactors(client: Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ table: string; percent: number }>(
    `SELECT oid::regclass::text AS table, split_part(option, '=', 2)::int AS percent
       FROM pg_class, unnest(reloptions) AS option
      WHERE oid = ANY ($1::regclass[]) AND option LIKE 'fillfactor=%'`,
    [tables],
  );
  return new Map(rows.map(({ table, percent }) => [table, percent]));
}

async function setFillFactor(client: Client, table: string, percent: number): Promise<void> {
  await client.query(`ALTER TABLE ${table} SET (fillfactor = ${percent})`);
}

/** Every id by which rows of the sample name each other. */
async function idsOfSample(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id::text FROM orders."order"
      UNION ALL SELECT id::text FROM saga.instance
      UNION ALL SELECT id::text FROM billing.payment
      UNION ALL SELECT id::text FROM shipping.shipment
      UNION ALL SELECT tracking_number FROM shipping.parcel
      UNION ALL SELECT gateway_reference FROM billing.payment`,
  );
  return rows.map(({ id }) => id);
}

async function count(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]!.n;
}
