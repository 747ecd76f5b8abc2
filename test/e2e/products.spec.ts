import { randomUUID } from 'node:crypto';
import type { Problem, Product } from './contract.js';
import { mistakes, Shop } from './shop.js';

const coffee = { name: 'Coffee beans, 1 kg', unitAmount: 1_890, currency: 'EUR' };

describe('products and stock', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  const adjust = <Body>(sku: string, quantity: unknown) =>
    shop.operator.post<Body>(`/v1/products/${sku}/stock-adjustments`, { quantity, reason: 'count' });

  it('are there from the first start, to try the service out', async () => {
    const products = await shop.all<Product>('/v1/products', shop.client);
    expect(products.map(({ sku }) => sku)).toContain('SKU-1');
    expect((await shop.stock('SKU-1')).available).toBeGreaterThan(0);
  });

  it('are created and replaced by PUT', async () => {
    const sku = `T-${randomUUID()}`;
    const created = await shop.operator.put<Product>(`/v1/products/${sku}`, coffee);
    expect(created).toMatchObject({ status: 201, body: { sku, ...coffee } });
    const replaced = await shop.operator.put<Product>(`/v1/products/${sku}`, { ...coffee, unitAmount: 5 });
    expect(replaced).toMatchObject({ status: 200, body: { sku, unitAmount: 5 } });
    expect((await shop.client.get<Product>(`/v1/products/${sku}`)).body).toEqual(replaced.body);
    expect(await shop.stock(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  });

  it('are listed page by page, newest first', async () => {
    const made = [];
    for (let count = 0; count < 5; count++) made.unshift(await shop.newProduct({ stock: 0 }));
    const listed = await shop.all<Product>('/v1/products', shop.client, 2);
    expect(listed.slice(0, 5).map(({ sku }) => sku)).toEqual(made);
    expect(new Set(listed.map(({ sku }) => sku)).size).toBe(listed.length);
  });

  it('move by signed adjustments', async () => {
    const sku = await shop.newProduct({ stock: 10 });
    const answer = await adjust(sku, -4);
    expect(answer).toMatchObject({ status: 201, body: { quantity: -4, onHand: 6, available: 6 } });
    expect(await shop.stock(sku)).toEqual({ onHand: 6, reserved: 0, available: 6 });
  });

  it('never go below what is promised to orders', async () => {
    const sku = await shop.newProduct({ stock: 10 });
    const order = await shop.place({ sku, quantity: 7, paymentMethod: 'pm_card_bank' });
    await shop.until(async () =>
      expect(await shop.stock(sku)).toEqual({ onHand: 10, reserved: 7, available: 3 }),
    );
    expect(await adjust<Problem>(sku, -4)).toMatchObject({
      status: 409,
      body: { code: 'INVENTORY.WOULD_GO_NEGATIVE' },
    });
    expect((await adjust(sku, -3)).status).toBe(201);
    expect((await shop.settled(order.id)).status).toBe('confirmed');
    expect(await shop.stock(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  });

  it('add up when many adjust at once', async () => {
    const sku = await shop.newProduct({ stock: 0 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => adjust(sku, index + 1)));
    expect((await shop.stock(sku)).onHand).toBe(210);
    const taken = await Promise.all(Array.from({ length: 5 }, () => adjust(sku, -50)));
    expect(taken.filter(({ status }) => status === 409)).toHaveLength(1);
    expect((await shop.stock(sku)).onHand).toBe(10);
  });

  it('that do not exist are 404, everywhere', async () => {
    const answers = [
      await shop.client.get<Problem>('/v1/products/NO-SUCH'),
      await shop.client.get<Problem>('/v1/products/NO-SUCH/stock'),
      await adjust<Problem>('NO-SUCH', 1),
    ];
    for (const { status, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'INVENTORY.UNKNOWN_PRODUCT' });
    }
  });

  it('are refused with all mistakes at once', async () => {
    const wrong = { name: '', unitAmount: -1, currency: 'euro', colour: 'red' };
    const answer = await shop.operator.put<Problem>(`/v1/products/T-${randomUUID()}`, wrong);
    expect(answer.status).toBe(400);
    expect(mistakes(answer)).toEqual([
      '/colour UNKNOWN_FIELD',
      '/currency BAD_FORMAT',
      '/name TOO_SMALL',
      '/unitAmount TOO_SMALL',
    ]);
  });

  it.each([[0], [1.5], ['1'], [null], [2 ** 31]])('are not adjusted by %j', async (quantity) => {
    const answer = await adjust<Problem>('SKU-1', quantity);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer: '/quantity' }]);
  });
});
