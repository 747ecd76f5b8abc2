import { Client } from 'pg';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';
import { Random, seedOfRun } from '../support/random.js';
import {
  orderRequest,
  slowDownTheOutside,
  stockShelves,
  type OrderRequest,
  type PlacedOrder,
} from '../support/shop.js';

/** `npm run crash -- --orders 10000` sets it. */
const orders = Number(process.env.CRASH_ORDERS ?? 300);
const isLong = process.env.CRASH_ORDERS !== undefined;
const seed = seedOfRun();
const workers = 3;
const leastKills = 2;
/** In the long run they go on to its end. */
const mostKills = isLong ? Infinity : 4;
const killEveryMs = isLong ? 5_000 : 1_000;
/** Orders in a request. */
const batchSize = isLong ? 200 : 50;
/** Orders that have not ended at a time: enough for every worker to have some hundred under way. */
const mostOpen = 1_500;
/** After the last kill: a lease, a take-over, and the longest of the back-offs. */
const patienceMs = 120_000;
const stock = { 'RUN-1': 1_000_000, 'RUN-2': 1_000_000, 'RUN-3': 1_000_000 };
const skus = Object.keys(stock);

interface Tally {
  readonly open: number;
  readonly parked: number;
}

describe(`${orders} orders, ${workers} workers, one killed every ${killEveryMs / 1_000} s (CRASH_SEED=${seed})`, () => {
  let database: TestDatabase;
  let client: Client;
  let fleet: Fleet | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await fleet?.destroy();
    await client.end();
    await database.drop();
  });

  async function ask<Row extends object>(sql: string): Promise<Row> {
    return (await client.query<Row>(sql)).rows[0]!;
  }

  const tally = () =>
    ask<Tally>(
      `SELECT count(*)::int AS open, (count(*) FILTER (WHERE status = 'parked'))::int AS parked
         FROM saga.instance WHERE definition = 'order-fulfillment' AND finished_at IS NULL`,
    );

  /** One in five is refused by the carrier; the answer, or the request, of one in twenty is lost. */
  function wish(random: Random, index: number): OrderRequest {
    const lines = [{ sku: random.pick(skus), quantity: random.between(1, 3) }];
    const customerId = `run-${index}`;
    const dice = random.next();
    if (dice < 0.2) return orderRequest('', { customerId, lines, postalCode: 'REJECT' });
    if (dice >= 0.25) return orderRequest('', { customerId, lines });
    const lost = random.pick([
      { paymentMethod: 'pm_card_lost_answer' },
      { paymentMethod: 'pm_card_lost_request' },
      { postalCode: 'LOST' },
    ]);
    return orderRequest('', { customerId, lines, ...lost });
  }

  async function place(requests: readonly OrderRequest[]): Promise<string[]> {
    const { status, body } = await fleet!.api.http.post<{ items: { status: number; order: PlacedOrder }[] }>(
      '/v1/orders/batch',
      { orders: requests },
    );
    expect([status, ...new Set(body.items.map((item) => item.status))]).toEqual([207, 202]);
    return body.items.map(({ order }) => order.id);
  }

  it(
    'ends each as it should, parks none, and leaves the books clean',
    async () => {
      const random = new Random(seed);
      const requests = Array.from({ length: orders }, (_, index) => wish(random, index));
      fleet = await Fleet.start(
        { DATABASE_URL: database.url, LEASE_SECONDS: '2', LOG_LEVEL: 'error' },
        workers,
      );
      await stockShelves(fleet.api.http, stock);
      await slowDownTheOutside(fleet.api.http, 50);
      const began = performance.now();
      fleet.killEvery(killEveryMs, random, mostKills);
      const placed: string[] = [];
      while (placed.length < orders) {
        const left = orders - placed.length;
        // In the short run the last ones come when enough were killed.
        if (left <= batchSize) await eventually(() => fleet!.kills >= leastKills, { within: 30_000 });
        await eventually(
          async () => {
            const { open, parked } = await tally();
            expect({ open: Math.max(open, mostOpen), parked }).toEqual({ open: mostOpen, parked: 0 });
          },
          { within: patienceMs, every: 50 },
        );
        placed.push(...(await place(requests.slice(placed.length, placed.length + batchSize))));
      }
      await eventually(async () => expect(await tally()).toEqual({ open: 0, parked: 0 }), {
        within: patienceMs,
        every: 100,
      });
      const seconds = (performance.now() - began) / 1_000;
      await fleet.spare();

      const check = await fleet.api.http
        .as('demo-operator')
        .post<{ violations: unknown[]; durationMs: number }>('/v1/admin/invariants/check');
      expect(check).toMatchObject({ status: 200, body: { violations: [] } });
      await fleet.stop();
      await expectCleanBooks(database.url, { orders: placed, stock });
      const { rows } = await client.query<{ id: string; status: string }>(
        `SELECT id, status FROM orders."order"`,
      );
      const ends = new Map(rows.map(({ id, status }) => [id, status]));
      const refused = (index: number) => requests[index]!.shippingAddress.postalCode === 'REJECT';
      expect(placed.map((id) => ends.get(id))).toEqual(
        placed.map((_, index) => (refused(index) ? 'cancelled' : 'confirmed')),
      );
      expect(rows).toHaveLength(orders);
      expect(fleet.kills).toBeGreaterThanOrEqual(leastKills);
      await tell(seconds, check.body.durationMs);
    },
    120_000 + orders * 60,
  );

  async function tell(seconds: number, auditMs: number): Promise<void> {
    const figures = await ask<Record<string, number>>(
      `SELECT count(DISTINCT saga_id) FILTER (WHERE kind = 'lease-lost')::int AS taken,
              count(*) FILTER (WHERE kind = 'outcome-unknown')::int AS unknown,
              count(DISTINCT saga_id) FILTER (WHERE kind = 'parked')::int AS parked
         FROM (SELECT j.saga_id, e ->> 'kind' AS kind
                 FROM saga.journal j, jsonb_array_elements(j.entries) AS e) AS entry`,
    );
    process.stderr.write(
      `\n${orders} orders in ${seconds.toFixed(1)} s: ${(orders / seconds).toFixed(0)} orders/s; ` +
        `${fleet!.kills} kills, ${figures.taken} sagas taken over, ${figures.unknown} outcomes asked for, ` +
        `${figures.parked} parked; the auditor took ${auditMs} ms and found nothing.\n`,
    );
  }
});
