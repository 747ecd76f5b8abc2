import { randomUUID } from 'node:crypto';
import { type AppProcess, startApp } from '../support/app-process.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { HttpAnswer, HttpClient, HttpRequest } from '../support/http-client.js';
import type {
  Booking,
  Charge,
  NewOrder,
  Order,
  OrderStatus,
  Page,
  Payment,
  Problem,
  Saga,
  Shipment,
  Stock,
} from './contract.js';

/** Far longer than anything takes: a slow machine must not fail a test. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
const SETTLED: readonly OrderStatus[] = ['confirmed', 'shipped', 'delivered', 'rejected', 'cancelled'];

/** What a test wants to be special about its order. */
export interface OrderWishes extends Partial<Omit<NewOrder, 'shippingAddress'>> {
  /** One line of this product, if no `lines` are given. Default `SKU-1` of the demonstration catalogue. */
  readonly sku?: string;
  /** Default 2. */
  readonly quantity?: number;
  readonly postalCode?: string;
}

/** A good order, but for what is wished for. */
export function anOrder(wishes: OrderWishes = {}): NewOrder {
  const { sku = 'SKU-1', quantity = 2, postalCode = '10115', ...rest } = wishes;
  return {
    customerId: 'c-42',
    currency: 'EUR',
    lines: [{ sku, quantity }],
    paymentMethod: 'pm_card_visa',
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: 'Hauptstraße 1',
      line2: null,
      city: 'Berlin',
      postalCode,
      country: 'DE',
    },
    ...rest,
  };
}

/** One running installation with a database of its own, and a client's way of using it. */
export class Shop {
  readonly client: HttpClient;
  readonly operator: HttpClient;
  readonly supervisor: HttpClient;

  private constructor(
    private readonly database: TestDatabase,
    private readonly app: AppProcess,
    private readonly controlled: ControlledClock | null,
  ) {
    this.client = app.http;
    this.operator = app.http.as('demo-operator');
    this.supervisor = app.http.as('demo-supervisor');
  }

  /** @param controlled whether the test decides how late it is in the database; see `clock` */
  static async open(settings: Record<string, string> = {}, controlled = false): Promise<Shop> {
    const database = await createTestDatabase();
    try {
      const clock = controlled ? await ControlledClock.install(database.url) : null;
      return new Shop(database, await startApp({ DATABASE_URL: database.url, ...settings }), clock);
    } catch (error) {
      await database.drop();
      throw error;
    }
  }

  /** The database's clock, of a shop that was opened with one to control. */
  get clock(): ControlledClock {
    if (!this.controlled) throw new Error('This shop goes by the real time.');
    return this.controlled;
  }

  get url(): string {
    return this.app.url;
  }

  /** For a command that is run beside the application. */
  get databaseUrl(): string {
    return this.database.url;
  }

  /** All that the application has written, to see what must not be in it. */
  logs(): string {
    return this.app.logs();
  }

  async close(): Promise<void> {
    try {
      expect(await this.app.stop()).toEqual({ code: 0, signal: null });
    } finally {
      await this.controlled?.close();
      await this.database.drop();
    }
  }

  /** A product that no other test touches. @returns its SKU */
  async newProduct({ stock = 100, unitAmount = 1_000, currency = 'EUR' } = {}): Promise<string> {
    const sku = `T-${randomUUID()}`;
    await this.succeed(this.operator.put(`/v1/products/${sku}`, { name: 'Thing', unitAmount, currency }));
    if (stock > 0) await this.addStock(sku, stock);
    return sku;
  }

  async addStock(sku: string, quantity: number): Promise<void> {
    const body = { quantity, reason: 'delivery' };
    await this.succeed(this.operator.post(`/v1/products/${sku}/stock-adjustments`, body));
  }

  async stock(sku: string): Promise<Stock> {
    return this.succeed(this.client.get<Stock>(`/v1/products/${sku}/stock`));
  }

  /** Places an order, which is taken. */
  async place(wishes: OrderWishes = {}, request: HttpRequest = {}): Promise<Order> {
    const answer = await this.client.post<Order>('/v1/orders', anOrder(wishes), request);
    expect(answer).toMatchObject({ status: 202 });
    return answer.body;
  }

  /** Places an order and waits until it is confirmed (the carrier may be on its way already), rejected or cancelled. */
  async settle(wishes: OrderWishes = {}): Promise<Order> {
    const order = await this.place(wishes, { headers: { Prefer: 'wait=30' } });
    return SETTLED.includes(order.status) ? order : this.settled(order.id);
  }

  async order(id: string): Promise<Order> {
    return this.succeed(this.client.get<Order>(`/v1/orders/${id}`));
  }

  settled(id: string): Promise<Order> {
    return this.until(async () => {
      const order = await this.order(id);
      expect(SETTLED).toContain(order.status);
      return order;
    });
  }

  async payments(orderId: string): Promise<readonly Payment[]> {
    return (await this.succeed(this.client.get<Page<Payment>>(`/v1/payments?orderId=${orderId}`))).items;
  }

  async shipments(orderId: string): Promise<readonly Shipment[]> {
    return (await this.succeed(this.client.get<Page<Shipment>>(`/v1/shipments?orderId=${orderId}`))).items;
  }

  /** What the gateway says it took for this order. */
  async charges(orderId: string): Promise<readonly Charge[]> {
    return (await this.all<Charge>('/v1/sandbox/charges')).filter((charge) => charge.orderId === orderId);
  }

  /** What the carrier says it booked for this order. */
  async bookings(orderId: string): Promise<readonly Booking[]> {
    return (await this.all<Booking>('/v1/sandbox/bookings')).filter((booking) => booking.orderId === orderId);
  }

  /** What the order has cost its customer in the end, by the gateway's books and by ours. */
  async netAmounts(orderId: string): Promise<{ gateway: number; ours: number }> {
    const net = (items: readonly { amount: number; refundedAmount: number }[]) =>
      items.reduce((sum, { amount, refundedAmount }) => sum + amount - refundedAmount, 0);
    const taken = (await this.payments(orderId)).filter(({ gatewayReference }) => gatewayReference !== null);
    return { gateway: net(await this.charges(orderId)), ours: net(taken) };
  }

  /** A saga of an order, as operators see it; by default the one that fulfills it. */
  async saga(orderId: string, definition = 'order-fulfillment'): Promise<Saga> {
    const path = `/v1/admin/sagas?correlationId=${orderId}&definition=${definition}`;
    const { items } = await this.succeed(this.operator.get<Page<{ id: string }>>(path));
    expect(items).toHaveLength(1);
    return this.succeed(this.operator.get<Saga>(`/v1/admin/sagas/${items[0]!.id}`));
  }

  async setFaults(faults: Record<string, unknown>): Promise<void> {
    await this.succeed(this.operator.put('/v1/sandbox/faults', faults));
  }

  /** Every item of a list, page by page. */
  async all<Item>(path: string, http = this.operator, limit = 200): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = null; ;) {
      const url = new URL(path, this.url);
      url.searchParams.set('limit', String(limit));
      if (cursor !== null) url.searchParams.set('cursor', cursor);
      const page: Page<Item> = await this.succeed(http.get<Page<Item>>(url.pathname + url.search));
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = page.nextCursor;
    }
  }

  /** Tries again until the expectations in `probe` hold. */
  until<T>(probe: () => Promise<T>): Promise<T> {
    return eventually(probe, { within: PATIENCE_MS, every: POLL_MS });
  }

  /** The body of an answer that must be a success. */
  async succeed<Body>(sent: Promise<HttpAnswer<Body>>): Promise<Body> {
    const answer = await sent;
    if (answer.status >= 300) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** What is wrong, as `[pointer, code]`, in the order of the pointers. */
export function mistakes({ body }: HttpAnswer<Problem>): string[] {
  return (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
}
