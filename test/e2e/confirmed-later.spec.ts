import { randomUUID } from 'node:crypto';
import { signWebhook } from '../support/sign-webhook.js';
import type { Order, Page, Problem, TimelineItem } from './contract.js';
import { type OrderWishes, Shop } from './shop.js';

const secret = 'the-secret-of-the-test';
const LONG = 90_000;

interface Later {
  readonly what: string;
  readonly wishes: OrderWishes;
  readonly step: string;
  readonly told: string;
  /** The definition that undoes what comes about too late. */
  readonly undoneBy: string;
}

interface Glance {
  readonly definition: string;
  readonly status: string;
  readonly finishedAt: string | null;
}

const bank: Later = {
  what: 'a payment that its bank confirms',
  wishes: { paymentMethod: 'pm_card_bank' },
  step: 'charge-payment',
  told: 'Your bank has yet to confirm the payment.',
  undoneBy: 'return-late-charge',
};
const carrier: Later = {
  what: 'a booking that its carrier confirms',
  wishes: { postalCode: 'LATER' },
  step: 'arrange-shipping',
  told: 'The carrier has yet to confirm your parcel.',
  undoneBy: 'cancel-late-booking',
};

describe('what the outside confirms later', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ WEBHOOK_SECRET: secret });
  }, LONG);
  afterAll(() => shop.close());

  const placeWaiting = async ({ wishes, step }: Later, more: OrderWishes = {}): Promise<Order> => {
    const { id } = await shop.place({ ...wishes, ...more });
    return shop.until(async () => {
      const order = await shop.order(id);
      expect(order.fulfillment).toMatchObject({ status: 'waiting', currentStep: step });
      return order;
    });
  };
  /** As the outside tells it, but whenever the test likes. */
  const tell = async ({ step }: Later, { id }: Order, event: string = randomUUID()): Promise<void> => {
    const sender = step === 'charge-payment' ? 'payments' : 'carrier';
    const [ours] = step === 'charge-payment' ? await shop.payments(id) : await shop.shipments(id);
    const body = JSON.stringify({
      id: event,
      type: step === 'charge-payment' ? 'payment.succeeded' : 'shipment.booked',
      createdAt: new Date().toISOString(),
      data: { reference: ours!.id, gatewayReference: 'ch_told', trackingNumber: 'SBX-TOLD' },
    });
    const headers = signWebhook(secret, body);
    const answer = await shop.client.post<Problem>(`/v1/webhooks/${sender}`, body, { key: null, headers });
    expect(answer.status).toBe(200);
  };
  const timeline = async ({ id }: Order) =>
    (await shop.succeed(shop.client.get<{ items: TimelineItem[] }>(`/v1/orders/${id}/timeline`))).items;
  const expectOnce = async (order: Order): Promise<void> => {
    const { totalAmount: amount } = order;
    expect(await shop.charges(order.id)).toMatchObject([{ amount, refundedAmount: 0 }]);
    expect(await shop.payments(order.id)).toMatchObject([{ status: 'charged', amount, refundedAmount: 0 }]);
    expect(await shop.bookings(order.id)).toMatchObject([{ status: 'booked' }]);
    expect(await shop.shipments(order.id)).toMatchObject([{ status: 'booked' }]);
  };

  it.each([bank, carrier])(
    '$what is waited for, in plain words and without an error, and is done once',
    async (later) => {
      const order = await placeWaiting(later);
      const { steps, cause } = await shop.saga(order.id);
      expect(cause).toBeNull();
      expect(steps.find(({ name }) => name === later.step)).toMatchObject({
        status: 'waiting',
        attempts: 1,
        error: null,
      });
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      await expectOnce(order);
      const items = await timeline(order);
      expect(items.filter(({ kind }) => kind === 'waiting')).toMatchObject([
        { step: later.step, text: later.told },
      ]);
      expect(items.map(({ kind }) => kind)).not.toContain('delayed');
    },
    LONG,
  );

  it.each([bank, carrier])(
    '$what is done once although it is told of early, twice, by several, and late',
    async (later) => {
      const order = await placeWaiting(later);
      const event = randomUUID();
      await Promise.all([tell(later, order, event), tell(later, order, event), tell(later, order)]);
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      await tell(later, order);
      await expectOnce(order);
      expect((await shop.saga(order.id)).status).toBe('completed');
    },
    LONG,
  );

  it.each([bank, carrier])(
    '$what is told of while its request is still on its way, and is done once',
    async (later) => {
      await shop.setFaults({ latencyMs: 1_500 });
      const order = await shop.place(later.wishes);
      await shop.until(async () => {
        const [ours] =
          later.step === 'charge-payment' ? await shop.payments(order.id) : await shop.shipments(order.id);
        expect(ours).toBeDefined();
      });
      await tell(later, order);
      await shop.setFaults({ latencyMs: 0 });
      expect((await shop.settled(order.id)).status).toBe('confirmed');
      await expectOnce(order);
    },
    LONG,
  );

  it.each([bank, carrier])(
    '$what comes to nothing when the order is cancelled meanwhile',
    async (later) => {
      const sku = await shop.newProduct();
      const order = await placeWaiting(later, { sku });
      const cancelled = await shop.client.post<Order>(`/v1/orders/${order.id}/cancel`, {
        reason: 'I have changed my mind.',
      });
      expect(cancelled.status).toBe(202);
      expect((await shop.settled(order.id)).status).toBe('cancelled');
      await tell(later, order);
      // Told of too late, it is looked after by a saga of its own, which finds nothing to undo.
      const sagas = await shop.until(async () => {
        const path = `/v1/admin/sagas?correlationId=${order.id}`;
        const { items } = await shop.succeed(shop.operator.get<Page<Glance>>(path));
        expect(items).toHaveLength(2);
        expect(items.every(({ finishedAt }) => finishedAt !== null)).toBe(true);
        return items.map(({ definition, status }) => [definition, status]);
      });
      expect(sagas).toEqual([
        [later.undoneBy, 'completed'],
        ['order-fulfillment', 'compensated'],
      ]);
      expect(await shop.netAmounts(order.id)).toEqual({ gateway: 0, ours: 0 });
      expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
      expect((await shop.bookings(order.id)).filter(({ status }) => status === 'booked')).toEqual([]);
    },
    LONG,
  );
});
