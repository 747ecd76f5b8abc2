import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client.js';
import { signWebhook } from '../support/sign-webhook.js';
import type { Order, Problem, Shipment } from './contract.js';
import { Shop } from './shop.js';

const MINUTE = 60;

interface Signing {
  /** Default: the newer of the two secrets. */
  readonly secret?: string;
  /** Seconds that the sender's clock is behind; negative: ahead. */
  readonly age?: number;
}

describe('webhooks', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ WEBHOOK_SECRET: 'new-secret,old-secret' });
  }, 60_000);
  afterAll(() => shop.close());

  const anEvent = (type: string, data: Record<string, unknown>, id: string = randomUUID()) => ({
    id,
    type,
    createdAt: new Date().toISOString(),
    data,
  });
  const signed = (body: string, { secret = 'new-secret', age = 0 }: Signing = {}) =>
    signWebhook(secret, body, age);
  const send = (sender: string, event: unknown, signing?: Signing): Promise<HttpAnswer<Problem>> => {
    const body = JSON.stringify(event);
    return sendRaw(sender, body, signed(body, signing));
  };
  const sendRaw = (sender: string, body: string, headers: Record<string, string>) =>
    shop.client.post<Problem>(`/v1/webhooks/${sender}`, body, { key: null, headers });
  const told = (shipment: Shipment, ...types: string[]) =>
    types.map((type) => anEvent(`shipment.${type}`, { trackingNumber: shipment.trackingNumber }));

  const shippedOrder = async (): Promise<{ order: Order; shipment: Shipment }> => {
    const order = await shop.settle();
    const [shipment] = await shop.shipments(order.id);
    return { order, shipment: shipment! };
  };
  const statusOf = async (order: Order) => (await shop.shipments(order.id))[0]?.status;

  describe('are let in', () => {
    it.each(['new-secret', 'old-secret'])('when signed with either secret: %s', async (secret) => {
      const answer = await send('carrier', anEvent('shipment.odd', {}), { secret });
      expect(answer.status).toBe(200);
    });

    it.each([4 * MINUTE, -4 * MINUTE])('when their clock is off by %d seconds', async (age) => {
      expect((await send('payments', anEvent('payment.odd', {}), { age })).status).toBe(200);
    });
  });

  describe('are refused with 401', () => {
    it.each<[string, Signing]>([
      ['signed with another secret', { secret: 'guessed' }],
      ['signed with both secrets as one', { secret: 'new-secret,old-secret' }],
      ['more than five minutes old', { age: 5 * MINUTE + 5 }],
      ['more than five minutes ahead', { age: -5 * MINUTE - 5 }],
    ])('when %s', async (_, signing) => {
      const { order, shipment } = await shippedOrder();
      const [event] = told(shipment, 'delivered');
      const answer = await send('carrier', event, signing);
      expect(answer).toMatchObject({ status: 401, body: { code: 'HTTP.BAD_SIGNATURE' } });
      expect(await statusOf(order)).toBe('booked');
    });

    it('when unsigned, and when the signature is another body’s', async () => {
      const body = JSON.stringify(anEvent('payment.odd', {}));
      const forged = signed(body.replace('odd', 'new'));
      for (const headers of [{}, { 'Webhook-Signature': 'x' }, forged]) {
        expect((await sendRaw('payments', body, headers as Record<string, string>)).status).toBe(401);
      }
    });

    it('when a recorded one is sent again with its time made new', async () => {
      const body = JSON.stringify(anEvent('payment.odd', {}));
      const old = signed(body, { age: 6 * MINUTE })['Webhook-Signature'];
      const renewed = old.replace(/t=\d+/, `t=${Math.floor(Date.now() / 1_000)}`);
      for (const signature of [old, renewed, `${renewed},${old}`])
        expect((await sendRaw('payments', body, { 'Webhook-Signature': signature })).status).toBe(401);
    });

    it('even with a valid key', async () => {
      const body = anEvent('payment.odd', {});
      expect((await shop.supervisor.post('/v1/webhooks/payments', body)).status).toBe(401);
    });
  });

  it('are refused with 413 above 1 MiB, signed or not', async () => {
    const body = JSON.stringify(anEvent('payment.odd', { note: 'x'.repeat(2 ** 20) }));
    for (const headers of [{}, signed(body)])
      expect(await sendRaw('payments', body, headers)).toMatchObject({
        status: 413,
        body: { code: 'HTTP.TOO_LARGE' },
      });
  });

  describe('of the carrier', () => {
    it('move a parcel', async () => {
      const { order, shipment } = await shippedOrder();
      const [collected, delivered] = told(shipment, 'in_transit', 'delivered');
      expect((await send('carrier', collected)).status).toBe(200);
      expect(await statusOf(order)).toBe('in_transit');
      expect((await send('carrier', delivered)).status).toBe(200);
      expect(await statusOf(order)).toBe('delivered');
    });

    it('change nothing when they come twice, or too late', async () => {
      const { order, shipment } = await shippedOrder();
      const [collected, delivered, failed] = told(shipment, 'in_transit', 'delivered', 'failed');
      for (const event of [delivered, delivered, collected, failed, delivered]) {
        expect((await send('carrier', event)).status).toBe(200);
        expect(await statusOf(order)).toBe('delivered');
      }
    });

    it('are the same event when they have the same id, whatever else they say', async () => {
      const { order, shipment } = await shippedOrder();
      const [collected] = told(shipment, 'in_transit');
      await send('carrier', collected);
      const again = { ...told(shipment, 'delivered')[0], id: collected!.id };
      expect((await send('carrier', again)).status).toBe(200);
      expect(await statusOf(order)).toBe('in_transit');
    });

    it('are stored when nobody knows their type or parcel', async () => {
      const events = [
        anEvent('shipment.lost_in_space', { trackingNumber: 'X' }),
        anEvent('shipment.delivered', { trackingNumber: 'NO-SUCH' }),
      ];
      for (const event of events) expect((await send('carrier', event)).status).toBe(200);
    });
  });

  describe('of the gateway', () => {
    it('confirm a payment that waits for its bank, early, late or twice, without a second charge', async () => {
      const order = await shop.place({ paymentMethod: 'pm_card_bank' });
      const payment = await shop.until(async () => {
        const [found] = await shop.payments(order.id);
        expect(found).toMatchObject({ status: 'pending' });
        return found!;
      });
      const early = anEvent('payment.succeeded', { reference: payment.id, gatewayReference: 'ch_told' });
      expect((await send('payments', early)).status).toBe(200);
      expect((await send('payments', early)).status).toBe(200);
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      const [charge, ...more] = await shop.charges(order.id);
      expect(more).toEqual([]);
      expect(charge).toMatchObject({ reference: payment.id, amount: order.totalAmount, refundedAmount: 0 });
      const late = anEvent('payment.failed', { reference: payment.id, gatewayReference: 'ch_told' });
      expect((await send('payments', late)).status).toBe(200);
      expect((await shop.payments(order.id))[0]?.status).toBe('charged');
      expect((await shop.order(order.id)).status).toBe('confirmed');
    });

    it('do not bring back a payment that was refunded', async () => {
      const order = await shop.settle({ postalCode: 'REJECT' });
      const [payment] = await shop.payments(order.id);
      const data = { reference: payment!.id, gatewayReference: payment!.gatewayReference };
      expect((await send('payments', anEvent('payment.succeeded', data))).status).toBe(200);
      expect((await shop.payments(order.id))[0]).toEqual(payment);
    });

    it('are stored when nobody knows their type or payment', async () => {
      const data = { reference: randomUUID(), gatewayReference: 'ch_1' };
      const events = [
        anEvent('payment.succeeded', data),
        anEvent('payment.failed', { ...data, reference: 'not-even-a-uuid' }),
        anEvent('payout.paid', {}),
      ];
      for (const event of events) expect((await send('payments', event)).status).toBe(200);
    });
  });

  it.each([
    ['payments', anEvent('payment.succeeded', {}), ['/data/reference', '/data/gatewayReference']],
    ['carrier', anEvent('shipment.delivered', { trackingNumber: 7 }), ['/data/trackingNumber']],
    ['carrier', { id: '', type: 'x', createdAt: 'now' }, ['/id', '/createdAt', '/data']],
  ])('of the %s that are signed but malformed are a 400, each time', async (sender, event, pointers) => {
    for (let time = 0; time < 2; time++) {
      const answer = await send(sender, event);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
    }
  });
});
