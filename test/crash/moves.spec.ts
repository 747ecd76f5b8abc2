import { Client } from 'pg';
import type { Entry } from '../../src/saga/engine/entries.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { expectCleanBooks } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'MOVE-1': 100 };
/** v2 holds the stock before it charges; v1 charges first. Up to the review they are equal. */
const way = ['validate-order', 'reserve-inventory', 'charge-payment', 'commit-inventory', 'arrange-shipping'];

describe('A process that is killed right after the commit of a move', () => {
  let database: TestDatabase;
  let client: Client;
  let dying: AppProcess;
  let other: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    dying = await start();
    other = await start();
    await stockShelves(other.http, stock);
  }, 120_000);
  afterAll(async () => {
    dying?.kill('SIGKILL');
    await dying?.exited;
    await other?.stop();
    await client.end();
    await database.drop();
  });

  const start = () =>
    startApp(
      {
        DATABASE_URL: database.url,
        LEASE_SECONDS: '1',
        LOG_LEVEL: 'fatal',
        REVIEW_ABOVE: '1',
        DEFAULT_VERSION: '1',
      },
      { entry: 'test/support/crash/doomed-app.mjs' },
    );

  const read = async (order: string) => {
    const { rows } = await client.query<{ id: string; status: string; version: number; journal: Entry[][] }>(
      `SELECT i.id, i.status, i.version,
              (SELECT jsonb_agg(j.entries ORDER BY j.seq) FROM saga.journal j WHERE j.saga_id = i.id) AS journal
         FROM saga.instance i WHERE i.correlation_id = $1 AND i.definition = 'order-fulfillment'`,
      [order],
    );
    return rows[0]!;
  };

  it('has moved it: the other one carries it on, in the way of the new version', async () => {
    const { body } = await dying.http.post<PlacedOrder>('/v1/orders', orderRequest('MOVE-1'));
    const order = body.id;
    const { id } = await eventually(async () => {
      const saga = await read(order);
      expect([saga.status, saga.version]).toEqual(['waiting', 1]);
      return saga;
    });
    await dying.ask('work.after-commit#1');
    const asked = dying.http
      .as('demo-supervisor')
      .post(`/v1/admin/sagas/${id}/move`, { toVersion: 2, reason: 'v2 holds the stock first' });
    await expect(asked).rejects.toThrow();
    expect(await dying.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect((await read(order)).version).toBe(2);

    const approved = await other.http
      .as('demo-operator')
      .post(`/v1/orders/${order}/approve`, { reason: 'Called the customer.' });
    expect(approved.status).toBe(202);
    const done = await eventually(async () => {
      const saga = await read(order);
      expect(saga.status).toBe('completed');
      return saga;
    });
    const intended = done.journal
      .flat()
      .flatMap((entry) =>
        entry.kind === 'intended' && entry.unit.role === 'action' ? [entry.unit.name] : [],
      );
    expect(intended).toEqual([...way, 'confirm-order']);
    await expectCleanBooks(database.url, { orders: [order], stock });
  }, 60_000);
});
