import { Client } from 'pg';
import { startApp } from '../support/app-process.js';
import { auditWith } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const stock = { 'BOOK-1': 10 };

/** The load and crash tests believe these books, so each sort of violation must show in them. */
describe('The books', () => {
  let database: TestDatabase;
  let client: Client;
  const orders: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    const app = await startApp({ DATABASE_URL: database.url });
    await stockShelves(app.http, stock);
    for (const [postalCode, end] of [
      ['10115', 'confirmed'],
      ['REJECT', 'cancelled'],
    ] as const) {
      const request = orderRequest('BOOK-1', { postalCode });
      const headers = { prefer: 'wait=10' };
      const { body } = await app.http.post<PlacedOrder>('/v1/orders', request, { headers });
      expect(body.status).toBe(end);
      orders.push(body.id);
    }
    await app.stop();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const audit = () => auditWith(client, { orders, stock });

  it('of a good order and of one that was undone are clean', async () => {
    expect(await audit()).toEqual([]);
  });

  it('miss an order that is lost', async () => {
    const lost = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
    const findings = await auditWith(client, { orders: [...orders, lost], stock });
    expect(findings).toEqual([`order ${lost} is lost: it has no row`]);
  });

  it.each([
    ['has not ended', `UPDATE orders."order" SET status = 'pending' WHERE status = 'confirmed'`],
    ['does not add up', `UPDATE inventory.stock SET on_hand = on_hand + 1`],
    ['and every order has ended', `UPDATE inventory.stock SET reserved = 1`],
    ['its reservation is "none"', `DELETE FROM inventory.reservation`],
    ['and the gateway holds', `UPDATE sandbox.charge SET refunded_amount = 0`],
    ['was refunded', `UPDATE sandbox.charge SET refunded_amount = amount`],
    [
      'was charged 2 times',
      `INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                   idempotency_key, available_at)
       SELECT gateway_reference || 'x', reference, order_id, amount, currency, payment_method, 'other', available_at
         FROM sandbox.charge`,
    ],
    ['which we know nothing of', `UPDATE sandbox.charge SET reference = gen_random_uuid()`],
    ['the gateway says', `UPDATE billing.payment SET status = 'charged', refunded_amount = 0`],
    ['nobody settled it', `UPDATE billing.payment SET status = 'unknown', refunded_amount = 0`],
    ['and the carrier has 0 live', `UPDATE sandbox.booking SET status = 'cancelled'`],
    [
      'the carrier does not know',
      `UPDATE shipping.shipment SET tracking_number = 'T' WHERE status = 'booked'`,
    ],
    ['and the carrier has a live booking', `UPDATE shipping.shipment SET status = 'cancelled'`],
    ['has 0 sagas', `DELETE FROM saga.instance`],
    [
      'and its saga is completed',
      `UPDATE saga.instance SET status = 'completed' WHERE definition = 'order-fulfillment'`,
    ],
    [
      'is tracked by 0 sagas',
      `UPDATE saga.instance SET definition = 'lost' WHERE definition = 'order-tracking'`,
    ],
    [`the row's length`, `UPDATE saga.instance SET length = length + 1`],
    [`its journal says`, `DELETE FROM saga.journal WHERE seq > 5`],
    ['where 1 was due', `DELETE FROM saga.journal WHERE seq = 1`],
    [
      'came after the action of validate-order had ended',
      `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
       SELECT saga_id, 100, at, epoch, entries - 0 FROM saga.journal WHERE seq = 1`,
    ],
  ])('say so when something "%s"', async (finding, fault) => {
    await client.query('BEGIN');
    try {
      await client.query(fault);
      expect((await audit()).join('\n')).toContain(finding);
    } finally {
      await client.query('ROLLBACK');
    }
  });
});
