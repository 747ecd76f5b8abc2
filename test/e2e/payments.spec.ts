import type { Page, Payment, PaymentMethod, Problem } from './contract.js';
import { mistakes, Shop } from './shop.js';

const aCard = {
  holder: 'Ada Lovelace',
  number: '4242424242424242',
  expiryMonth: 12,
  expiryYear: 2099,
  cvc: '123',
};

/** Numbers with a right check digit; the Visas of 14 and 15 digits have a length that Visa has not. */
const good = ['4222222222222', '4242424242424242', '4242424242424242428', '5555555555554444'];
const mistyped = [
  '4242424242424241',
  '2442424242424242',
  '42424242424242',
  '424242424242424',
  '4000000000000',
];

describe('payment methods and payments', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ LOG_LEVEL: 'trace' });
  }, 60_000);
  afterAll(() => shop.close());

  const keep = async (number: string) => {
    const answer = await shop.client.post<PaymentMethod>('/v1/payment-methods', { ...aCard, number });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  it('a card becomes a token, and all that is told of it are brand and last four digits', async () => {
    expect(await keep('4242424242424242')).toEqual({
      id: expect.stringMatching(/^pm_(?!\d+$)\w+$/) as unknown,
      brand: 'visa',
      last4: '4242',
    });
    expect(await keep('4242 4242 4242 4242')).toMatchObject({ last4: '4242' });
  });

  it.each(good)('%s pays', async (number) => {
    const order = await shop.settle({ paymentMethod: (await keep(number)).id });
    expect(order.status).toBe('confirmed');
    expect(await shop.payments(order.id)).toMatchObject([{ status: 'charged', amount: order.totalAmount }]);
  });

  it.each(mistyped)('%s is taken, and declined when it is charged', async (number) => {
    const sku = await shop.newProduct();
    const order = await shop.settle({ sku, paymentMethod: (await keep(number)).id });
    expect(order).toMatchObject({
      status: 'cancelled',
      failure: { code: 'BILLING.INCORRECT_NUMBER', message: 'The card number is not correct.' },
      fulfillment: { status: 'compensated' },
    });
    expect(await shop.payments(order.id)).toMatchObject([
      { status: 'declined', refundedAmount: 0, gatewayReference: null },
    ]);
    expect(await shop.charges(order.id)).toEqual([]);
    expect(await shop.stock(sku)).toEqual({ onHand: 100, reserved: 0, available: 100 });
  });

  it('a token that nobody knows is declined', async () => {
    const order = await shop.settle({ paymentMethod: 'pm_unheard_of' });
    expect(order).toMatchObject({
      status: 'cancelled',
      failure: { code: 'BILLING.UNKNOWN_PAYMENT_METHOD' },
    });
  });

  it('a card is refused with all mistakes at once, none of which repeats the number', async () => {
    const wrong = { holder: '', number: '4242x4242', expiryMonth: 13, expiryYear: 26, cvc: '12', pin: '1' };
    const answer = await shop.client.post<Problem>('/v1/payment-methods', wrong);
    expect(answer.status).toBe(400);
    expect(mistakes(answer)).toEqual([
      '/cvc BAD_FORMAT',
      '/expiryMonth TOO_LARGE',
      '/expiryYear TOO_SMALL',
      '/holder TOO_SMALL',
      '/number BAD_FORMAT',
      '/pin UNKNOWN_FIELD',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('4242');
  });

  it('a card number in the place of a token is refused, and not repeated', async () => {
    for (const paymentMethod of ['4242424242424242', 'pm_4242424242424242', '4242 4242 4242 4242']) {
      const answer = await shop.client.post<Problem>('/v1/orders', { paymentMethod });
      expect(answer.status).toBe(400);
      expect(mistakes(answer)).toContain('/paymentMethod BAD_FORMAT');
      expect(JSON.stringify(answer.body)).not.toContain('4242');
    }
  });

  it('a payment is refunded in full and once when a later step fails', async () => {
    const order = await shop.settle({ postalCode: 'REJECT' });
    expect(order).toMatchObject({ status: 'cancelled', failure: { code: 'SHIPPING.UNDELIVERABLE' } });
    const { totalAmount: amount } = order;
    expect(await shop.payments(order.id)).toMatchObject([
      { status: 'refunded', amount, refundedAmount: amount },
    ]);
    expect(await shop.charges(order.id)).toMatchObject([{ amount, refundedAmount: amount }]);
  });

  it('payments are listed newest first, page by page', async () => {
    const orders = [await shop.settle(), await shop.settle(), await shop.settle()];
    const listed = await shop.all<Payment>('/v1/payments', shop.client, 2);
    expect(listed.slice(0, 3).map(({ orderId }) => orderId)).toEqual(orders.map(({ id }) => id).reverse());
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    expect(listed[0]).toEqual((await shop.payments(orders[2]!.id))[0]);
    const none = '/v1/payments?orderId=01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
    expect((await shop.client.get<Page<Payment>>(none)).body).toEqual({ items: [], nextCursor: null });
  });

  it('no card number and no token has reached a log', () => {
    expect(shop.logs()).toContain('Payment starts');
    for (const secret of [...good, ...mistyped, 'pm_unheard_of']) expect(shop.logs()).not.toContain(secret);
  });
});
