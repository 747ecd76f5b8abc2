import type { Order } from './contract.js';
import { Shop } from './shop.js';

const LONG = 90_000;
const hour = 60 * 60 * 1_000;

/** A gateway that forgets our keys long before an operator has seen to what is parked. */
describe('a saga that waits for longer than the gateway remembers its key', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ LEASE_SECONDS: '3600' }, true);
    await shop.setFaults({ forgetKeysAfterSeconds: 60 });
  }, LONG);
  afterAll(() => shop.close());

  const chargeOf = async (order: Order) =>
    (await shop.saga(order.id)).steps.find(({ name }) => name === 'charge-payment')!;

  /** Lets back-off pass, minute by minute, until the saga asks for a person; then hours, until there is one. */
  async function waitForAPerson(order: Order, hours: number) {
    const saga = await shop.until(async () => {
      const seen = await shop.saga(order.id);
      if (seen.status !== 'parked') await shop.clock.advance(60_000);
      expect(seen.status).toBe('parked');
      return seen;
    });
    await shop.clock.advance(hours * hour);
    return saga;
  }

  async function retry(order: Order): Promise<void> {
    const saga = await shop.saga(order.id);
    const body = { reason: 'The gateway is up again.' };
    await shop.succeed(shop.operator.post(`/v1/admin/sagas/${saga.id}/retry`, body));
  }

  async function expectPaidOnce(order: Order): Promise<void> {
    expect(await shop.settled(order.id)).toMatchObject({ status: 'confirmed' });
    expect(await shop.charges(order.id)).toMatchObject([{ amount: order.totalAmount, refundedAmount: 0 }]);
    const report = await shop.succeed(
      shop.operator.post<{ violations: unknown[] }>('/v1/admin/invariants/check'),
    );
    expect(report.violations).toEqual([]);
  }

  it.each([1, 30])(
    'is not charged twice when it was charged in silence, after %d hours',
    async (hours) => {
      // Slower than an attempt may take: we give up waiting, and the gateway takes the money afterwards.
      await shop.setFaults({ latencyMs: 11_000 });
      const order = await shop.place();
      await shop.until(async () => expect(await chargeOf(order)).toMatchObject({ status: 'unknown' }));
      await shop.until(async () => expect(await shop.charges(order.id)).toHaveLength(1));
      await shop.setFaults({ latencyMs: 0, payments: 'down' });
      await waitForAPerson(order, hours);
      expect(await chargeOf(order)).toMatchObject({
        status: 'parked',
        error: { code: 'BILLING.UNAVAILABLE' },
      });
      await shop.setFaults({ payments: 'up' });
      await retry(order);
      await expectPaidOnce(order);
    },
    LONG,
  );

  it.each([1, 30])(
    'is charged once when the gateway was down all the time, after %d hours',
    async (hours) => {
      await shop.setFaults({ payments: 'down' });
      const order = await shop.place();
      await waitForAPerson(order, hours);
      expect(await shop.charges(order.id)).toEqual([]);
      await shop.setFaults({ payments: 'up' });
      await retry(order);
      await expectPaidOnce(order);
    },
    LONG,
  );
});
