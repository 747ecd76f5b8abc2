import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { orderRequest, someTrouble, type PlacedOrder } from '../support/shop.js';
import { Random } from '../support/random.js';
import { startAuditorApp, type AuditorApp, type ReportAnswer } from './auditor-app.js';

describe('The auditor', () => {
  let app: AuditorApp;

  beforeAll(async () => {
    app = await startAuditorApp();
    await app.stock({ 'AUDIT-1': 100_000 });
  }, 60_000);
  afterAll(() => app?.close());

  const report = async (of = app): Promise<ReportAnswer> => {
    const { status, body } = await of.operator.get<ReportAnswer>('/v1/admin/invariants');
    expect(status).toBe(200);
    return body;
  };
  const payTooMuch = (orderId: string, by: number) =>
    app.dataSource.query('UPDATE billing.payment SET amount = amount + $2 WHERE order_id = $1', [
      orderId,
      by,
    ]);
  const reportedOrders = async () => (await report()).violations.map(({ orderId }) => orderId);

  it('finds nothing while orders run, fail and are undone', async () => {
    const random = new Random(42);
    const orders = Array.from({ length: 300 }, () => {
      const { paymentMethod, postalCode } = someTrouble(random);
      return orderRequest('AUDIT-1', { paymentMethod, postalCode });
    });
    const { body } = await app.http.post<{ items: { order: PlacedOrder }[] }>('/v1/orders/batch', { orders });
    const ids = body.items.map(({ order }) => order.id);
    for (const id of ids.slice(0, 20))
      await app.http.post(`/v1/orders/${id}/cancel`, { reason: 'changed my mind' });
    let checks = 0;
    for (let left = ids.length; left > 0; checks++) {
      expect(await app.check()).toEqual([]);
      const [open] = await app.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::int AS count FROM orders."order" WHERE status IN ('pending', 'cancelling')`,
      );
      left = open!.count;
    }
    expect(checks).toBeGreaterThan(2);
    expect(await app.check()).toEqual([]);
  }, 90_000);

  it('answers the same in every process, also in one that only serves the API', async () => {
    const api = await startAuditorApp('api', app.url);
    try {
      const { checkedAt } = await report();
      expect((await report(api)).checkedAt).toBe(checkedAt);
      await api.check();
      const renewed = await report();
      expect(renewed.checkedAt > checkedAt).toBe(true);
      expect(await report(api)).toEqual(renewed);
    } finally {
      await api.close();
    }
  });

  it('is for operators', async () => {
    expect((await app.http.get('/v1/admin/invariants')).status).toBe(403);
    expect((await app.http.post('/v1/admin/invariants/check')).status).toBe(403);
  });

  it('looks by itself at what has ended since its last report, and keeps a finding until it is mended', async () => {
    await app.check();
    const old = await app.place();
    const { orderId } = await app.place();
    await payTooMuch(orderId, 100);
    await eventually(
      async () => {
        expect(await app.auditor.checkOnSchedule(0)).not.toBeNull();
        expect(await reportedOrders()).toEqual([orderId, orderId]);
      },
      { within: 25_000, every: 500 },
    );
    // It ended first, so it is behind the watermark by now; only a complete check sees it, and what it saw is looked at again.
    await payTooMuch(old.orderId, 100);
    await app.auditor.checkOnSchedule(0);
    expect(new Set(await reportedOrders())).toEqual(new Set([orderId]));
    await app.check();
    await payTooMuch(orderId, -100);
    await app.auditor.checkOnSchedule(0);
    expect(new Set(await reportedOrders())).toEqual(new Set([old.orderId]));
    await payTooMuch(old.orderId, -100);
    await app.auditor.checkOnSchedule(0);
    expect(await reportedOrders()).toEqual([]);
  }, 60_000);

  it('checks everything by itself once an hour', async () => {
    const { orderId } = await app.place();
    await app.check();
    await payTooMuch(orderId, 100);
    await app.dataSource.query(
      `UPDATE saga.instance SET finished_at = finished_at - interval '1 day' WHERE correlation_id = $1`,
      [orderId],
    );
    await app.auditor.checkOnSchedule(0);
    expect(await reportedOrders()).toEqual([]);
    await app.dataSource.query(`UPDATE auditor.report SET last_complete_at = now() - interval '1 hour'`);
    await app.auditor.checkOnSchedule(0);
    expect(new Set(await reportedOrders())).toEqual(new Set([orderId]));
    await payTooMuch(orderId, -100);
    await app.dataSource.query(
      `UPDATE saga.instance SET finished_at = finished_at + interval '1 day' WHERE correlation_id = $1`,
      [orderId],
    );
    expect(await app.check()).toEqual([]);
  });

  it('leaves what a person has settled outside our books to that person', async () => {
    const { orderId, sagaId } = await app.place();
    await payTooMuch(orderId, 100);
    await app.dataSource.query(
      `INSERT INTO saga.journal (saga_id, seq, at, epoch, entries)
       SELECT id, length + 1, updated_at, epoch,
              '[{"kind": "succeeded", "unit": {"role": "action", "name": "charge-payment"}, "by": "demo-supervisor"}]'
         FROM saga.instance WHERE id = $1`,
      [sagaId],
    );
    expect((await app.check()).map(({ code }) => code)).toEqual(['SAGA.ROW_NOT_AS_JOURNAL']);
    await app.dataSource.query(
      'DELETE FROM saga.journal j USING saga.instance i WHERE j.saga_id = i.id AND i.id = $1 AND j.seq > i.length',
      [sagaId],
    );
    await payTooMuch(orderId, -100);
  });

  describe('checks in one process at a time:', () => {
    const giveTurnTo = (holder: string, seconds: number) =>
      app.dataSource.query(
        `UPDATE auditor.turn SET holder = $1, expires_at = clock_timestamp() + make_interval(secs => $2::float8)`,
        [holder, seconds],
      );

    it('on schedule it stays away while another checks, or has just checked', async () => {
      await giveTurnTo(randomUUID(), 60);
      expect(await app.auditor.checkOnSchedule(0)).toBeNull();
      await giveTurnTo(randomUUID(), 0);
      expect(await app.auditor.checkOnSchedule(0)).not.toBeNull();
      expect(await app.auditor.checkOnSchedule(50)).toBeNull();
    });

    it('on demand it waits for the other, and takes the turn of one that is gone', async () => {
      await giveTurnTo(randomUUID(), 1);
      const begun = Date.now();
      expect(await app.check()).toEqual([]);
      expect(Date.now() - begun).toBeGreaterThan(800);
    });

    it('those who ask before a check begins share it, those who ask later get another', async () => {
      await giveTurnTo(randomUUID(), 1);
      const [one, other] = await Promise.all([app.auditor.checkNow(), app.auditor.checkNow()]);
      expect(one).toBe(other);
      expect(await app.auditor.checkNow()).not.toBe(one);
    });

    it('a report of one that has lost its turn is not filed', async () => {
      await app.check();
      const { checkedAt } = await report();
      const query = app.dataSource.manager.query.bind(app.dataSource.manager);
      const holder = randomUUID();
      // The first statement of the check finds that the turn was given to somebody else.
      app.dataSource.manager.query = (async (...args: Parameters<typeof query>) => {
        app.dataSource.manager.query = query;
        await giveTurnTo(holder, 1);
        return query(...args);
      }) as typeof query;
      const { status, body } = await app.operator.post<{ code: string }>('/v1/admin/invariants/check');
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'AUDITOR.BUSY' });
      expect((await report()).checkedAt).toBe(checkedAt);
      const [turn] = await app.dataSource.query<{ holder: string }[]>('SELECT holder FROM auditor.turn');
      expect(turn).toEqual({ holder });
    });
  });
});
