import type { Dependency, JournalEntry, Order, Page } from './contract.js';
import { Shop } from './shop.js';

const LONG = 180_000;
const many = 30;

describe('while the carrier is down', () => {
  let shop: Shop;
  let sku: string;
  const orders: Order[] = [];

  const carrier = async (): Promise<Dependency> => {
    const { items } = await shop.succeed(shop.operator.get<Page<Dependency>>('/v1/admin/dependencies'));
    return items.find(({ name }) => name === 'carrier')!;
  };
  const parked = async () =>
    (await shop.succeed(shop.operator.get<Page<unknown>>('/v1/admin/sagas?status=parked'))).items;

  beforeAll(async () => {
    shop = await Shop.open();
    sku = await shop.newProduct();
    await shop.setFaults({ carrier: 'down' });
    for (let n = 0; n < many; n++) orders.push(await shop.place({ sku, quantity: 1 }));
  }, LONG);
  afterAll(() => shop.close());

  it(
    'its breaker opens, and every order rests under the code that opened it',
    async () => {
      await shop.until(async () =>
        expect(await carrier()).toMatchObject({
          state: 'open',
          errorCode: 'SHIPPING.UNAVAILABLE',
          heldSagas: many,
        }),
      );
      const path = '/v1/admin/sagas?errorCode=SHIPPING.UNAVAILABLE&status=running';
      expect(await shop.all(path)).toHaveLength(many);
      expect((await shop.saga(orders[0]!.id)).cause).toMatchObject({
        step: 'arrange-shipping',
        code: 'SHIPPING.UNAVAILABLE',
      });
    },
    LONG,
  );

  it(
    'nothing parks in the time in which five attempts would be used up',
    async () => {
      const journal = async () => {
        const saga = await shop.saga(orders.at(-1)!.id);
        const { items } = await shop.succeed(
          shop.operator.get<Page<JournalEntry>>(`/v1/admin/sagas/${saga.id}/journal`),
        );
        return items;
      };
      // 1, 2, 4 and 8 seconds are the delays between five attempts.
      await shop.until(async () => {
        const [first] = await journal();
        expect(Date.now() - Date.parse(first!.at)).toBeGreaterThan(20_000);
      });
      expect(await parked()).toEqual([]);
      expect((await journal()).length).toBeLessThan(40);
      expect((await shop.succeed(shop.operator.get<{ status: string }>('/health/ready'))).status).toBe('ok');
    },
    LONG,
  );

  it(
    'an order that does not need it goes its way',
    async () => {
      const declined = await shop.settle({ sku, quantity: 1, paymentMethod: 'pm_card_declined' });
      expect(declined.status).toBe('cancelled');
    },
    LONG,
  );

  it(
    'and when it is back, a probe finds out, and all are confirmed, each with one parcel',
    async () => {
      await shop.setFaults({ carrier: 'up' });
      for (const { id } of orders) expect((await shop.settled(id)).status).toBe('confirmed');
      expect(await carrier()).toMatchObject({ state: 'closed', heldSagas: 0 });
      const bookings = await shop.all<{ orderId: string }>('/v1/sandbox/bookings');
      expect(bookings.map(({ orderId }) => orderId).sort()).toEqual(orders.map(({ id }) => id).sort());
      expect(await parked()).toEqual([]);
    },
    LONG,
  );
});
