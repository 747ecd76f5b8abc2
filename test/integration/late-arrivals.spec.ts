import { v7 } from 'uuid';
import { ChargePayment } from '../../src/billing/contracts/billing-commands.js';
import { sign } from '../../src/platform/http/webhook-signature.js';
import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import type { Fault } from '../support/sabotage/sabotage.js';
import { startFulfillmentApp, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

const secret = 'a secret of the gateway and the carrier';

/** A request that left no trace was perhaps only slow. It must not do after the undo what the undo could not find. */
describe('A request that arrives after it was undone', () => {
  let app: FulfillmentApp;

  beforeAll(async () => {
    app = await startFulfillmentApp({ settings: { WEBHOOK_SECRET: secret } });
  });
  afterAll(() => app.close());

  /** An order whose request gets lost each time, and that is cancelled meanwhile. */
  async function cancelledWithout(command: Fault['command']): Promise<PlacedOrder> {
    const faults = [{ command, way: 'unclassified', instant: 'before its effect' } as const];
    const order = await app.place({ faults });
    await app.rest([order]);
    expect((await app.saga(order)).row.status).toBe('parked');
    const { status } = await app.http.post(`/v1/orders/${order.id}/cancel`, { reason: 'It takes too long.' });
    expect(status).toBe(202);
    await app.rest([order]);
    expect(await app.order(order)).toMatchObject({ status: 'cancelled' });
    return order;
  }

  const undoOf = async (order: PlacedOrder, step: string) =>
    (await app.saga(order)).state.steps.find(({ name }) => name === step)?.compensation;
  const untouched = { onHand: 3, reserved: 0, paid: 0, parcels: 0 };

  it('takes no money: the refund that found nothing has barred its reference', async () => {
    const order = await cancelledWithout(ChargePayment);
    expect(await undoOf(order, 'charge-payment')).toMatchObject({
      status: 'succeeded',
      result: { amount: 0 },
    });
    const answer = await app.sabotage.arriveLate(ChargePayment, order.id);
    expect(answer).toMatchObject({ kind: 'declined', code: 'BILLING.VOIDED' });
    expect(await app.world(order)).toEqual(untouched);
    expect(await app.effects(order)).toEqual({ charges: 0, bookings: 0 });
    expect(await app.findings([order])).toEqual([]);
  });

  it('books nothing: the withdrawal that found nothing has barred its reference', async () => {
    const order = await cancelledWithout(ArrangeShipping);
    expect(await undoOf(order, 'arrange-shipping')).toMatchObject({
      status: 'succeeded',
      result: { wasBooked: false },
    });
    const answer = await app.sabotage.arriveLate(ArrangeShipping, order.id);
    expect(answer).toMatchObject({ kind: 'refused', code: 'SHIPPING.CANCELLED' });
    expect(await app.world(order)).toEqual(untouched);
    expect(await app.findings([order])).toEqual([]);
  });

  it('changes nothing when only the news of it is late: what was given back stays given back', async () => {
    const order = await app.place({ postalCode: 'REJECT' });
    await app.until(order, 'compensated');
    const before = await app.saga(order);
    const reference = before.state.steps.find(({ name }) => name === 'charge-payment')!.action!.reference;
    const data = { reference, gatewayReference: 'ch_late' };
    const body = JSON.stringify({
      ...{ id: v7(), type: 'payment.succeeded', createdAt: new Date().toISOString(), data },
    });
    const headers = { 'webhook-signature': sign(secret, body, new Date()) };
    expect((await app.http.post('/v1/webhooks/payments', body, { key: null, headers })).status).toBe(200);
    const payments = await app.http.get<{ items: unknown[] }>(`/v1/payments?orderId=${order.id}`);
    expect(payments.body.items).toMatchObject([{ status: 'refunded', amount: 2_000, refundedAmount: 2_000 }]);
    expect((await app.saga(order)).journal).toEqual(before.journal);
    expect(await app.findings([order])).toEqual([]);
  });
});

describe('An undo of what never was', () => {
  let app: FulfillmentApp;

  beforeAll(async () => {
    app = await startFulfillmentApp();
  });
  afterAll(() => app.close());

  it.each([1, 2] as const)(
    'v%i refunds nothing when the charge was declined, and asks nobody to',
    async (version) => {
      const order = await app.place({ version, paymentMethod: 'pm_card_declined' });
      await app.until(order, 'compensated');
      const { state } = await app.saga(order);
      const charge = state.steps.find(({ name }) => name === 'charge-payment');
      // A decline is final for its payment method: one attempt.
      expect(charge).toMatchObject({ action: { status: 'rejected', attempts: 1 }, compensation: null });
      expect(await app.effects(order)).toEqual({ charges: 0, bookings: 0 });
    },
  );

  it.each([1, 2] as const)('v%i succeeds and changes nothing, whichever step it undoes', async (version) => {
    for (const command of [ChargePayment, ArrangeShipping]) {
      const faults = [{ command, way: 'retryable', instant: 'before its effect' } as const];
      const order = await app.place({ version, faults });
      await app.rest([order]);
      expect(await app.act(order, 'compensate')).toBe(200);
      await app.rest([order]);
      expect((await app.saga(order)).row).toMatchObject({ status: 'compensated', open_effects: 0 });
      expect(await app.world(order)).toEqual({ onHand: 3, reserved: 0, paid: 0, parcels: 0 });
      expect(await app.findings([order])).toEqual([]);
    }
  });
});
