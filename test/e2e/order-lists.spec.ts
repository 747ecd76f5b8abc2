import { randomUUID } from 'node:crypto';
import type { BatchAnswer, Order, Page, Problem } from './contract.js';
import { anOrder, mistakes, Shop } from './shop.js';

describe('listing orders', () => {
  let shop: Shop;
  let customerId: string;
  let sku: string;
  /** Oldest first: three good ones, one declined, one rejected. */
  let orders: Order[];

  const list = async (query: string) => shop.succeed(shop.client.get<Page<Order>>(`/v1/orders?${query}`));
  const idsOf = ({ items }: Page<Order>) => items.map(({ id }) => id);

  beforeAll(async () => {
    shop = await Shop.open();
    customerId = `c-${randomUUID()}`;
    sku = await shop.newProduct();
    const free = await shop.newProduct({ unitAmount: 0 });
    orders = [
      await shop.settle({ customerId, sku }),
      await shop.settle({ customerId }),
      await shop.settle({ customerId, lines: [sku, 'SKU-1'].map((each) => ({ sku: each, quantity: 1 })) }),
      await shop.settle({ customerId, sku, paymentMethod: 'pm_card_declined' }),
      await shop.settle({ customerId, sku: free }),
    ];
    await shop.settle({ customerId: `c-${randomUUID()}`, sku: 'SKU-2' });
  }, 60_000);
  afterAll(() => shop.close());

  it('shows the newest first, each as it is read alone', async () => {
    const { items, nextCursor } = await list(`customerId=${customerId}`);
    expect(items).toEqual([...orders].reverse());
    expect(nextCursor).toBeNull();
    expect((await list('')).items).toHaveLength(6);
  });

  it.each([
    ['confirmed', [2, 1, 0]],
    ['cancelled', [3]],
    ['rejected', [4]],
    ['pending', []],
  ])('finds those that are %s', async (status, expected) => {
    const found = await list(`customerId=${customerId}&status=${status}`);
    expect(idsOf(found)).toEqual(expected.map((index) => orders[index]!.id));
  });

  it('finds those with a product, and combines filters by "and"', async () => {
    expect(idsOf(await list(`sku=${sku}`))).toEqual([3, 2, 0].map((index) => orders[index]!.id));
    expect(idsOf(await list(`sku=${sku}&status=confirmed`))).toEqual(
      [2, 0].map((index) => orders[index]!.id),
    );
    expect(idsOf(await list('sku=NO-SUCH'))).toEqual([]);
  });

  it('finds those of a time', async () => {
    const query = (after: string, before: string) =>
      `customerId=${customerId}&createdAfter=${after}&createdBefore=${before}`;
    const found = await list(query(orders[0]!.createdAt, orders[4]!.createdAt));
    expect(idsOf(found)).toEqual([3, 2, 1].map((index) => orders[index]!.id));
    expect(idsOf(await list(query('2000-01-01T00:00:00Z', '2000-01-02T00:00:00Z')))).toEqual([]);
  });

  it.each([
    ['status=sent', '/status NOT_ALLOWED'],
    ['createdAfter=yesterday', '/createdAfter BAD_FORMAT'],
    ['limit=0', '/limit TOO_SMALL'],
    ['limit=201', '/limit TOO_LARGE'],
    ['limit=many', '/limit WRONG_TYPE'],
    ['cursor=nonsense', '/cursor BAD_CURSOR'],
    ['colour=red', '/colour UNKNOWN_FIELD'],
  ])('refuses ?%s', async (query, mistake) => {
    const answer = await shop.client.get<Problem>(`/v1/orders?${query}`);
    expect(answer.status).toBe(400);
    expect(mistakes(answer)).toEqual([mistake]);
  });

  it('pages without gap or repetition while orders keep coming in', async () => {
    const customer = `c-${randomUUID()}`;
    const batch = (size: number) =>
      shop.succeed(
        shop.client.post<BatchAnswer>('/v1/orders/batch', {
          orders: Array.from({ length: size }, () => anOrder({ customerId: customer })),
        }),
      );
    const before = (await batch(23)).items.map(({ order }) => order!.id);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = await list(`customerId=${customer}&limit=5${cursor}`);
      seen.push(...idsOf(page));
      if (page.nextCursor === null) break;
      expect(page.items).toHaveLength(5);
      cursor = `&cursor=${page.nextCursor}`;
      await batch(1);
    }
    expect([...seen].sort()).toEqual([...before].sort());
    expect(seen).toEqual([...seen].sort().reverse());
  });
});
