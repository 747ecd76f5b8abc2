import { randomUUID } from 'node:crypto';
import { signWebhook } from '../support/sign-webhook.js';
import type { Page, Saga } from './contract.js';
import { Shop } from './shop.js';

const secret = 'late-secret';

describe('what may come about outside too late', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ WEBHOOK_SECRET: secret });
  }, 60_000);
  afterAll(() => shop.close());

  async function tellOfSuccess(paymentId: string): Promise<void> {
    const data = { reference: paymentId, gatewayReference: 'ch_late' };
    const event = { id: randomUUID(), type: 'payment.succeeded', createdAt: new Date().toISOString(), data };
    const body = JSON.stringify(event);
    const headers = signWebhook(secret, body);
    await shop.succeed(shop.client.post('/v1/webhooks/payments', body, { key: null, headers }));
  }

  const violations = async () =>
    (
      await shop.succeed(
        shop.operator.post<{ violations: unknown[] }>('/v1/admin/invariants/check', undefined),
      )
    ).violations;

  it('is nothing when answers are lost by a gateway and a carrier that forget keys: they are asked', async () => {
    await shop.setFaults({ forgetKeysAfterSeconds: 0 });
    const order = await shop.settle({ paymentMethod: 'pm_card_lost_answer', postalCode: 'LOST' });
    expect(order.status).toBe('confirmed');
    expect(await shop.charges(order.id)).toHaveLength(1);
    expect(await shop.bookings(order.id)).toHaveLength(1);
    await shop.setFaults({ forgetKeysAfterSeconds: null });
  });

  it('is made impossible when a request was lost and its repetition declined', async () => {
    // The first request is on its way, to a gateway in a good mood, when our patience with it ends.
    await shop.setFaults({ payments: 'healed', latencyMs: 16_000, forgetKeysAfterSeconds: 0 });
    const order = await shop.place({ paymentMethod: 'pm_card_declined' });
    await shop.until(async () => expect(await shop.payments(order.id)).toHaveLength(1));
    await shop.setFaults({ payments: 'up', latencyMs: 0 });
    const settled = await shop.settled(order.id);
    expect(settled).toMatchObject({ status: 'cancelled', failure: { code: 'BILLING.CARD_DECLINED' } });
    const charge = (await shop.saga(order.id)).steps.find(({ name }) => name === 'charge-payment');
    expect(charge).toMatchObject({ status: 'rejected', compensation: { status: 'succeeded' } });
    expect(await shop.netAmounts(order.id)).toEqual({ gateway: 0, ours: 0 });
    await shop.setFaults({ forgetKeysAfterSeconds: null });
  }, 60_000);

  it('is given back when the gateway tells of it, by a saga beside the order, which stays as it is', async () => {
    const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
    const [payment] = await shop.payments(order.id);
    await tellOfSuccess(payment!.id);
    const path = `/v1/admin/sagas?correlationId=${order.id}&definition=return-late-charge`;
    const { id } = await shop.until(async () => {
      const { items } = await shop.succeed(shop.operator.get<Page<{ id: string; status: string }>>(path));
      expect(items).toMatchObject([{ status: 'completed' }]);
      return items[0]!;
    });
    // The gateway had nothing to give back: it is asked, not believed.
    const saga = await shop.succeed(shop.operator.get<Saga>(`/v1/admin/sagas/${id}`));
    expect(saga.steps).toMatchObject([
      { name: 'refund-payment', status: 'succeeded', result: { amount: 0, orderId: order.id } },
    ]);
    expect(await shop.payments(order.id)).toEqual([payment]);
    expect(await shop.order(order.id)).toEqual(order);
    expect(await violations()).toEqual([]);
  });
});
