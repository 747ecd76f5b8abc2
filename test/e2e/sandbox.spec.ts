import type { Booking, Charge, Order } from './contract.js';
import { anOrder, type OrderWishes, Shop } from './shop.js';

const LONG = 90_000;

/** What the sandbox's well-known payment methods and postal codes do, and how an order ends with each. */
const ends: readonly [what: string, wishes: OrderWishes, failure: string | null][] = [
  ['pm_card_visa charges', { paymentMethod: 'pm_card_visa' }, null],
  ['pm_card_declined is declined', { paymentMethod: 'pm_card_declined' }, 'BILLING.CARD_DECLINED'],
  [
    'pm_card_insufficient_funds is declined for that',
    { paymentMethod: 'pm_card_insufficient_funds' },
    'BILLING.INSUFFICIENT_FUNDS',
  ],
  ['pm_card_flaky charges at the third attempt', { paymentMethod: 'pm_card_flaky' }, null],
  ['pm_card_lost_answer charges, and is asked about', { paymentMethod: 'pm_card_lost_answer' }, null],
  ['pm_card_lost_request charges at the second attempt', { paymentMethod: 'pm_card_lost_request' }, null],
  ['pm_card_bank charges when its bank has confirmed', { paymentMethod: 'pm_card_bank' }, null],
  ['pm_card_refund_fails charges', { paymentMethod: 'pm_card_refund_fails' }, null],
  ['REJECT is refused by the carrier', { postalCode: 'REJECT' }, 'SHIPPING.UNDELIVERABLE'],
  ['FLAKY books at the third attempt', { postalCode: 'FLAKY' }, null],
  ['LOST books, and is asked about', { postalCode: 'LOST' }, null],
  ['LATER is accepted, and booked when the carrier has confirmed', { postalCode: 'LATER' }, null],
  ['SLOW books after half a minute', { postalCode: 'SLOW' }, null],
];

describe('the sandbox', () => {
  let shop: Shop;
  /** All placed at once, each with a product of its own, so that the slow ones cost their time once. */
  const placed = new Map<string, { order: Order; sku: string }>();

  const settled = async (what: string) => {
    const { order, sku } = placed.get(what)!;
    return { order: await shop.settled(order.id), sku };
  };
  const stepOf = async (orderId: string, name: string) =>
    (await shop.saga(orderId)).steps.find((step) => step.name === name)!;

  beforeAll(async () => {
    shop = await Shop.open();
    for (const [what, wishes] of ends) {
      const sku = await shop.newProduct();
      placed.set(what, { sku, order: await shop.place({ sku, ...wishes }) });
    }
  }, LONG);
  afterAll(() => shop.close());

  it.each(ends.filter(([, , failure]) => failure === null))(
    '%s: the order is confirmed, paid once and booked once',
    async (what) => {
      const { order, sku } = await settled(what);
      expect(order.status).toBe('confirmed');
      expect(await shop.stock(sku)).toEqual({ onHand: 98, reserved: 0, available: 98 });
      const { totalAmount: amount } = order;
      expect(await shop.payments(order.id)).toMatchObject([{ status: 'charged', amount, refundedAmount: 0 }]);
      expect(await shop.charges(order.id)).toMatchObject([{ amount, refundedAmount: 0, currency: 'EUR' }]);
      expect(await shop.shipments(order.id)).toMatchObject([{ status: 'booked' }]);
      expect(await shop.bookings(order.id)).toMatchObject([{ status: 'booked' }]);
    },
    LONG,
  );

  it.each(ends.filter(([, , failure]) => failure !== null))(
    '%s: the order is cancelled, stock and money are as before',
    async (what, _, failure) => {
      const { order, sku } = await settled(what);
      expect(order).toMatchObject({ status: 'cancelled', failure: { code: failure } });
      expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
      expect(await shop.netAmounts(order.id)).toEqual({ gateway: 0, ours: 0 });
      expect(await shop.bookings(order.id)).toEqual([]);
    },
    LONG,
  );

  it(
    'a busy gateway and a busy carrier were asked three times under one key',
    async () => {
      const paid = await settled('pm_card_flaky charges at the third attempt');
      expect(await stepOf(paid.order.id, 'charge-payment')).toMatchObject({ attempts: 3 });
      const booked = await settled('FLAKY books at the third attempt');
      expect(await stepOf(booked.order.id, 'arrange-shipping')).toMatchObject({ attempts: 3 });
    },
    LONG,
  );

  it(
    'a decline is final: the gateway was asked once',
    async () => {
      const refused = await settled('pm_card_declined is declined');
      expect(await stepOf(refused.order.id, 'charge-payment')).toMatchObject({
        status: 'rejected',
        attempts: 1,
      });
    },
    LONG,
  );

  it(
    'a slow carrier reports its progress',
    async () => {
      const what = 'SLOW books after half a minute';
      await settled(what);
      expect((await stepOf(placed.get(what)!.order.id, 'arrange-shipping')).progress).toEqual({
        percent: 100,
      });
    },
    LONG,
  );

  it(
    'lists its charges and bookings page by page, also those of one instant',
    async () => {
      const orders = Array.from({ length: 25 }, () => anOrder());
      const { items } = await shop.succeed(
        shop.client.post<{ items: { order: Order }[] }>('/v1/orders/batch', { orders }),
      );
      for (const { order } of items) await shop.settled(order.id);
      const ids = items.map(({ order }) => order.id).sort();
      for (const ledger of ['charges', 'bookings']) {
        const listed = await shop.all<Charge | Booking>(`/v1/sandbox/${ledger}`, shop.operator, 3);
        expect(new Set(listed.map(({ reference }) => reference)).size).toBe(listed.length);
        expect(
          listed
            .map(({ orderId }) => orderId)
            .filter((id) => ids.includes(id))
            .sort(),
        ).toEqual(ids);
        const times = listed.map(({ createdAt }) => createdAt);
        if (ledger === 'charges') expect(times).toEqual([...times].sort().reverse());
      }
    },
    LONG,
  );
});
