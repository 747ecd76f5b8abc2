import { readAlertRules } from '../support/alert-rules.js';
import type { BatchAnswer, Booking, Charge, Job, Order, Page, Saga, Standstill } from './contract.js';
import { conditions, OperatorsDesk } from './operators-desk.js';
import { anOrder, Shop } from './shop.js';

const LONG = 120_000;
const total = 500;
/** Too few sagas to be an outage: they use up their attempts. */
const early = 4;
/** All of them together are more than an alert lets pass. */
const unitAmount = 2_500;
const ratePerSecond = 200;
const atShipping = { step: 'arrange-shipping', errorCode: 'SHIPPING.UNAVAILABLE' };

describe(`an incident, in which the carrier goes down under ${total} orders`, () => {
  let shop: Shop;
  let desk: OperatorsDesk;
  let sku: string;
  beforeAll(async () => {
    shop = await Shop.open({ LEASE_SECONDS: '3600' }, true);
    desk = new OperatorsDesk(shop);
    sku = await shop.newProduct({ stock: total, unitAmount });
  }, LONG);
  afterAll(() => shop.close());

  it('is looked for by the rules that are shipped', async () => {
    const rules = await readAlertRules();
    for (const [name, { expr }] of Object.entries(conditions))
      expect(rules).toContainEqual(expect.objectContaining({ name, expr }));
    expect(await desk.alerts()).toEqual([]);
  });

  it(
    'parks the first orders, which use up their attempts',
    async () => {
      await shop.setFaults({ carrier: 'down' });
      for (let count = 0; count < early; count++) await shop.place({ sku, quantity: 1 });
      await desk.afterBackOff(10_000, async () => expect(await desk.parked()).toBe(early));
      expect(await desk.dependency('carrier')).toMatchObject({ state: 'closed', heldSagas: 0 });
    },
    LONG,
  );

  it(
    'opens the breaker, which holds the others',
    async () => {
      const orders = Array.from({ length: total - early }, () => anOrder({ sku, quantity: 1 }));
      const { items } = await shop.succeed(shop.client.post<BatchAnswer>('/v1/orders/batch', { orders }));
      expect(items.filter(({ status }) => status === 202)).toHaveLength(total - early);
      await shop.until(async () =>
        expect(await desk.dependency('carrier')).toMatchObject({ state: 'open', heldSagas: total - early }),
      );
    },
    LONG,
  );

  it(
    'raises the alerts',
    async () => {
      await shop.until(async () => {
        expect(await desk.alerts()).toEqual(['BreakerOpen', 'SagasParked', 'MoneyAtRisk']);
        const { sum } = await desk.metrics();
        const failing = { step: atShipping.step, code: atShipping.errorCode };
        expect(sum('saga_attention', { ...failing, status: 'parked' })).toBe(early);
        expect(sum('saga_attention', failing)).toBe(total);
        const fulfillment = { definition: 'order-fulfillment', version: '2' };
        const money = { ...fulfillment, currency: 'EUR' };
        expect(sum('saga_money_at_risk_minor_units', money)).toBe(total * unitAmount);
        expect(sum('saga_stock_at_risk_pieces', fulfillment)).toBe(total);
      });
    },
    LONG,
  );

  it(
    'is one group, with all the money and goods that are at risk',
    async () => {
      // One may be under way just now, to find out whether the carrier is back.
      await shop.until(async () =>
        expect(await desk.failures()).toMatchObject([
          {
            ...{ definition: 'order-fulfillment', version: 2, ...atShipping, count: total },
            moneyAtRisk: [{ currency: 'EUR', amount: total * unitAmount }],
            stockAtRisk: [{ sku, quantity: total }],
          },
        ]),
      );
    },
    LONG,
  );

  it(
    'says of each saga why it stands still',
    async () => {
      const firstOf = async (status: string) => {
        const query = `stuckForSeconds=1&step=${atShipping.step}&status=${status}`;
        const { items } = await desk.see<Page<{ id: string; standstill: Standstill }>>(`sagas?${query}`);
        return items[0]!;
      };
      expect((await firstOf('parked')).standstill).toMatchObject({
        ...{ kind: 'parked', until: null, code: atShipping.errorCode },
      });
      await shop.until(async () => {
        const { id, standstill } = await firstOf('running');
        expect(standstill).toMatchObject({ kind: 'held', code: atShipping.errorCode });
        expect(standstill.reason).toMatch(/^Held at arrange-shipping: the breaker of carrier is open since /);
        expect((await desk.see<Saga>(`sagas/${id}`)).standstill).toEqual(standstill);
      });
    },
    LONG,
  );

  it(
    'does not change when operators ask what a retry would do',
    async () => {
      const job = await desk.bulk({ action: 'retry', filter: atShipping, dryRun: true });
      expect(job.status).toBe('completed');
      expect(job.progress.previewed).toBeGreaterThan(total - 10);
      expect((await desk.results(job))[0]).toMatchObject({
        status: 'previewed',
        consequences: [expect.stringMatching(/^calls arrange-shipping again, under the same reference/)],
      });
      expect(await desk.parked()).toBe(early);
      expect(await shop.all<Booking>('/v1/sandbox/bookings')).toEqual([]);
    },
    LONG,
  );

  let job: Job;
  it(
    'ends with a retry of all, once the carrier is back: one first, then the others at their rate',
    async () => {
      await shop.setFaults({ carrier: 'up' });
      // Somebody knows better than the next probe; what is held is left to the job, but for one a second.
      await desk.act('dependencies/carrier/release', { ratePerSecond: 1 });
      job = await desk.bulk({ action: 'retry', filter: atShipping, probe: true, ratePerSecond });
      expect(job).toMatchObject({ status: 'completed', endedBecause: null });
      const { total: acted, movedOn, refused, ...others } = job.progress;
      expect(acted).toBeGreaterThan(total - 10);
      expect(movedOn + refused).toBe(acted);
      expect(others).toEqual({ waiting: 0, underWay: 0, failedAgain: 0, previewed: 0 });

      const [probe, ...rest] = await desk.results(job);
      expect(probe).toMatchObject({ number: 1, status: 'moved-on' });
      const times = rest.flatMap(({ actedAt }) => (actedAt === null ? [] : [Date.parse(actedAt)]));
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const { steps } = await desk.see<Saga>(`sagas/${probe!.sagaId}`);
      const shipped = steps.find(({ name }) => name === atShipping.step)!;
      expect(Date.parse(shipped.finishedAt!)).toBeLessThanOrEqual(first);
      // It acts a quarter of a second's worth at a time: the first and the last of them take no time.
      expect(last - first).toBeGreaterThanOrEqual((times.length / ratePerSecond - 0.5) * 1_000);
    },
    LONG,
  );

  it(
    'leaves every order confirmed, paid once and with one parcel',
    async () => {
      await shop.until(async () =>
        expect(await shop.all<Order>(`/v1/orders?sku=${sku}&status=confirmed`)).toHaveLength(total),
      );
      const bookings = await shop.all<Booking>('/v1/sandbox/bookings');
      expect(bookings.filter(({ status }) => status === 'booked')).toHaveLength(total);
      expect(new Set(bookings.map(({ orderId }) => orderId)).size).toBe(total);
      const charges = await shop.all<Charge>('/v1/sandbox/charges');
      expect(charges).toHaveLength(total);
      expect(new Set(charges.map(({ orderId }) => orderId)).size).toBe(total);
      expect(charges.filter(({ refundedAmount }) => refundedAmount > 0)).toEqual([]);
      expect(await shop.stock(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
    },
    LONG,
  );

  it(
    'is over: no alert, no group, an intact audit of all that was done, clean books',
    async () => {
      await shop.until(async () => expect(await desk.alerts()).toEqual([]));
      expect(await desk.failures()).toEqual([]);
      const done = await shop.all<{ action: string }>(`/v1/admin/audit?jobId=${job.id}`);
      expect(done.filter(({ action }) => action === 'saga.retry')).toHaveLength(job.progress.movedOn);
      await desk.auditIsIntact(done.length);
      await desk.booksAreClean();
    },
    LONG,
  );
});
