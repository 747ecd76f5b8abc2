import { randomUUID } from 'node:crypto';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { sign } from '../../src/platform/http/webhook-signature.js';
import { eventually } from '../support/eventually.js';
import { startAuditorApp, type AuditorApp, type Placed } from './auditor-app.js';

interface SagaRow {
  readonly definition: string;
  readonly status: string;
}

/** A gateway and a carrier that do not keep to their word: what was refused comes about behind the sandbox's back. */
describe('What succeeds outside after its order was undone', () => {
  let app: AuditorApp;

  beforeAll(async () => {
    app = await startAuditorApp();
    await app.stock({ 'AUDIT-1': 1_000 });
  }, 60_000);
  afterAll(() => app?.close());
  afterEach(async () => {
    expect(await app.check()).toEqual([]);
  });

  const declined = () => app.place({ paymentMethod: 'pm_card_declined' });
  const refunded = () => app.place({ postalCode: 'REJECT' });

  /** The gateway takes the money all the same. @returns its reference of the charge */
  async function chargeLate({ orderId }: Placed, at = 'now()'): Promise<string> {
    const theirs = `ch_late_${randomUUID()}`;
    await app.dataSource.query(
      `INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                   idempotency_key, available_at)
       SELECT $2, id, order_id, amount, currency, payment_method, $2, ${at}
         FROM billing.payment WHERE order_id = $1`,
      [orderId, theirs],
    );
    // The gateway heard of the payment once, whatever it answered.
    await app.dataSource.query(
      `INSERT INTO sandbox.reference (dependency, reference)
       SELECT 'payments', id FROM billing.payment WHERE order_id = $1 ON CONFLICT DO NOTHING`,
      [orderId],
    );
    return theirs;
  }

  async function bookLate({ orderId }: Placed): Promise<string> {
    const theirs = `SBX${randomUUID()}`;
    await app.dataSource.query(
      `INSERT INTO sandbox.booking (tracking_number, reference, order_id, status, idempotency_key)
       SELECT $2, id, order_id, 'booked', id FROM shipping.shipment WHERE order_id = $1`,
      [orderId, theirs],
    );
    return theirs;
  }

  async function tell({ orderId }: Placed, gatewayReference: string): Promise<void> {
    const [payment] = await app.dataSource.query<{ id: string }[]>(
      `SELECT id FROM billing.payment WHERE order_id = $1`,
      [orderId],
    );
    const body = JSON.stringify({
      id: randomUUID(),
      type: 'payment.succeeded',
      createdAt: new Date().toISOString(),
      data: { reference: payment!.id, gatewayReference },
    });
    const signature = sign(readSettings({}).webhookSecrets[0]!, body, new Date());
    const headers = { 'webhook-signature': signature };
    const { status } = await app.http.post('/v1/webhooks/payments', body, { key: null, headers });
    expect(status).toBe(200);
  }

  /** What the gateway took and keeps for the order, and how our payment stands. */
  async function money({ orderId }: Placed) {
    const [row] = await app.dataSource.query<{ taken: number; kept: number; status: string }[]>(
      `SELECT sum(c.amount)::float8 AS taken, sum(c.amount - c.refunded_amount)::float8 AS kept, min(p.status) AS status
         FROM billing.payment p JOIN sandbox.charge c ON c.reference = p.id WHERE p.order_id = $1`,
      [orderId],
    );
    return row!;
  }

  /** The sagas beside the order's own, and the one that tracks it. */
  const sagasOf = ({ orderId }: Placed): Promise<SagaRow[]> =>
    app.dataSource.query<SagaRow[]>(
      `SELECT definition, status FROM saga.instance
        WHERE correlation_id = $1 AND definition NOT LIKE 'order-%' ORDER BY id`,
      [orderId],
    );

  const undone = (order: Placed, definition: string) =>
    eventually(async () => {
      expect(await sagasOf(order)).toEqual([{ definition, status: 'completed' }]);
    });

  /** No delivery of an event is left: whoever was to hear something has heard it. */
  const allHeard = () =>
    eventually(async () => {
      const [row] = await app.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::int AS count FROM platform.delivery`,
      );
      expect(row).toEqual({ count: 0 });
    });

  it('is given back as soon as the gateway tells of it: a charge that it had declined', async () => {
    const order = await declined();
    await tell(order, await chargeLate(order));
    await undone(order, 'return-late-charge');
    expect(await money(order)).toEqual({ taken: 500, kept: 0, status: 'refunded' });
    const { body } = await app.http.get(`/v1/orders/${order.orderId}`);
    expect(body).toMatchObject({ status: 'cancelled', failure: { code: 'BILLING.CARD_DECLINED' } });
  });

  it('is given back as soon as the gateway tells of it: a second charge after the first was refunded', async () => {
    const order = await refunded();
    await tell(order, await chargeLate(order));
    await undone(order, 'return-late-charge');
    expect(await money(order)).toEqual({ taken: 1000, kept: 0, status: 'refunded' });
  });

  it('is given back each time that it comes about again, and once however often it is told', async () => {
    const order = await declined();
    const first = await chargeLate(order);
    await Promise.all([tell(order, first), tell(order, first), tell(order, first)]);
    await allHeard();
    await tell(order, await chargeLate(order));
    await allHeard();
    await eventually(async () => {
      const sagas = await sagasOf(order);
      expect(sagas.length).toBeGreaterThanOrEqual(2);
      expect(sagas.filter(({ status }) => status !== 'completed')).toEqual([]);
    });
    expect(await money(order)).toEqual({ taken: 1000, kept: 0, status: 'refunded' });
  });

  it('is looked for no further when the notice is only an old one', async () => {
    const order = await refunded();
    const [charge] = await app.dataSource.query<{ gateway_reference: string }[]>(
      `SELECT gateway_reference FROM sandbox.charge WHERE order_id = $1`,
      [order.orderId],
    );
    await tell(order, charge!.gateway_reference);
    await allHeard();
    expect(await sagasOf(order)).toEqual([]);
  });

  it('stays with an order that stands', async () => {
    const order = await app.place();
    await app.dataSource.query(
      `UPDATE billing.payment SET status = 'declined', decline_code = 'X' WHERE order_id = $1`,
      [order.orderId],
    );
    await tell(order, 'ch_odd');
    await allHeard();
    const ours = await app.dataSource.query<{ id: string }[]>(
      `SELECT id FROM billing.payment WHERE order_id = $1 UNION ALL
       SELECT id FROM shipping.shipment WHERE order_id = $1`,
      [order.orderId],
    );
    expect(ours).toHaveLength(2);
    for (const { id: reference } of ours) {
      expect(await app.lateSuccesses.undo({ orderId: order.orderId, reference })).toBe(false);
    }
    expect(await sagasOf(order)).toEqual([]);
    await app.dataSource.query(
      `UPDATE billing.payment SET status = 'charged', decline_code = NULL WHERE order_id = $1`,
      [order.orderId],
    );
  });

  it('is found by the auditor when nobody tells of it: money', async () => {
    const order = await declined();
    await chargeLate(order);
    const [finding, ...more] = await app.check();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      code: 'BILLING.GATEWAY_DISAGREES',
      orderId: order.orderId,
      repair: expect.stringContaining('undone again by itself') as string,
    });
    expect(Object.keys(finding!).sort()).toEqual(['code', 'orderId', 'repair', 'sagaId', 'text']);
    await undone(order, 'return-late-charge');
    expect(await money(order)).toEqual({ taken: 500, kept: 0, status: 'refunded' });
  });

  it('is found by the auditor when nobody tells of it: a booking', async () => {
    const order = await refunded();
    await bookLate(order);
    expect((await app.check()).map(({ code }) => code)).toEqual(['SHIPPING.CARRIER_DISAGREES']);
    await undone(order, 'cancel-late-booking');
    const bookings = await app.dataSource.query<{ status: string }[]>(
      `SELECT status FROM sandbox.booking WHERE order_id = $1`,
      [order.orderId],
    );
    expect(bookings).toEqual([{ status: 'cancelled' }]);
  });

  it('is found by the minutely check too, however long ago the order ended', async () => {
    const order = await declined();
    const endedEarlier = (by: string) =>
      app.dataSource.query(
        `UPDATE saga.instance SET finished_at = finished_at - $2::interval
          WHERE correlation_id = $1 AND definition = 'order-fulfillment'`,
        [order.orderId, by],
      );
    await app.check();
    await endedEarlier('30 days');
    await chargeLate(order);
    const report = await app.auditor.checkOnSchedule(0);
    await endedEarlier('-30 days');
    expect(report?.violations.map(({ code, orderId }) => [code, orderId])).toEqual([
      ['BILLING.GATEWAY_DISAGREES', order.orderId],
    ]);
    await undone(order, 'return-late-charge');
  });

  it('parks and waits for a person when the carrier does not give the parcel back', async () => {
    const order = await refunded();
    const theirs = await bookLate(order);
    const collected = (at: string) =>
      app.dataSource.query(`UPDATE sandbox.booking SET collected_at = ${at} WHERE tracking_number = $1`, [
        theirs,
      ]);
    await collected(`now() - interval '1 minute'`);
    await app.check();
    await eventually(async () => {
      expect(await sagasOf(order)).toEqual([{ definition: 'cancel-late-booking', status: 'parked' }]);
    });
    // Found again each time, and not undone a second time beside the first.
    await app.check();
    expect(await sagasOf(order)).toHaveLength(1);
    await collected('NULL');
    const [saga] = await app.dataSource.query<{ id: string }[]>(
      `SELECT id FROM saga.instance WHERE correlation_id = $1 AND definition = 'cancel-late-booking'`,
      [order.orderId],
    );
    const retried = await app.operator.post(`/v1/admin/sagas/${saga!.id}/retry`, { reason: 'called back' });
    expect(retried.status).toBe(200);
    await undone(order, 'cancel-late-booking');
  });
});
