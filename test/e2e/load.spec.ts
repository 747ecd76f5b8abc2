import { expectCleanBooks } from '../support/books.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Random } from '../support/random.js';
import { byClients, orderRequest, stockShelves, type PlacedOrder } from '../support/shop.js';

const orders = 1_000;
const clients = 32;
const piecesOfEach = 60;
const stock = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`LOAD-${i}`, piecesOfEach]));
const skus = Object.keys(stock);

interface OrderPage {
  readonly items: PlacedOrder[];
  readonly nextCursor: string | null;
}

describe('1,000 orders from 32 clients at once, with too little stock for all', () => {
  let database: TestDatabase;
  let app: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startApp({ DATABASE_URL: database.url });
    await stockShelves(app.http, stock);
  });
  afterAll(async () => {
    await app?.stop();
    await database.drop();
  });

  /** One or two products, one to four pieces of each: nearly three times what is there. */
  function linesOf(random: Random) {
    const first = random.between(0, skus.length - 1);
    const second = (first + random.between(1, skus.length - 1)) % skus.length;
    const chosen = random.next() < 0.5 ? [first] : [first, second];
    return chosen.map((index) => ({ sku: skus[index]!, quantity: random.between(1, 4) }));
  }

  async function openOrders(): Promise<number> {
    const counts = ['pending', 'cancelling'].map(async (status) => {
      const { body } = await app.http.get<{ items: unknown[] }>(`/v1/orders?status=${status}&limit=200`);
      return body.items.length;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  async function allOrders(): Promise<PlacedOrder[]> {
    const found: PlacedOrder[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body }: { body: OrderPage } = await app.http.get(`/v1/orders?limit=200${from}`);
      found.push(...body.items);
      cursor = body.nextCursor;
    } while (cursor !== null);
    return found;
  }

  it('ends every order, sells what is there and no piece more, and the books are exact', async () => {
    const random = new Random(7);
    const requests = Array.from({ length: orders }, (_, index) =>
      orderRequest('', {
        customerId: `load-${index}`,
        lines: linesOf(random),
        paymentMethod: random.next() < 0.9 ? 'pm_card_visa' : 'pm_card_declined',
        postalCode: random.next() < 0.9 ? '10115' : 'REJECT',
      }),
    );
    const placed: string[] = [];
    await byClients(clients, orders, async (index) => {
      const { status, body } = await app.http.post<PlacedOrder>('/v1/orders', requests[index]);
      expect(status).toBe(202);
      placed.push(body.id);
    });
    await eventually(async () => (await openOrders()) === 0, { within: 60_000, every: 100 });

    await expectCleanBooks(database.url, { orders: placed, stock });
    const ends = new Set((await allOrders()).map(({ failure, status }) => failure?.code ?? status));
    expect([...ends].sort()).toEqual([
      'BILLING.CARD_DECLINED',
      'INVENTORY.OUT_OF_STOCK',
      'SHIPPING.UNDELIVERABLE',
      'confirmed',
    ]);
    // A shelf with pieces for everybody would prove nothing; one that kept many back has lost some.
    for (const sku of skus) {
      const { body } = await app.http.get<{ onHand: number }>(`/v1/products/${sku}/stock`);
      expect(body.onHand).toBeLessThan(piecesOfEach / 2);
    }
  }, 120_000);
});
