import { CommandBus } from '@nestjs/cqrs';
import type { OrderView } from '../../src/orders/application/order-view.js';
import { BeginCancellation, CloseOrder, ConfirmOrder } from '../../src/orders/contracts/order-commands.js';
import { CompletionWaiter } from '../../src/platform/http/prefer-wait.js';
import { eventually } from '../support/eventually.js';
import { ADDRESS, type OrdersApp, startOrdersApp, wish } from './orders-app.js';

let orders: OrdersApp & { url: string };
/** Another process on the same database, as far as signals are concerned. */
let elsewhere: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  elsewhere = await startOrdersApp(orders.url);
  orders.catalogue.add('SKU-1', 1999);
});
afterAll(async () => {
  await elsewhere.close();
  await orders.close();
});

const NOWHERE = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const failure = { code: 'BILLING.CARD_DECLINED', message: 'The card was declined.' };
const place = async () => (await orders.http.post<OrderView>('/v1/orders', wish())).body.id;
const confirm = (orderId: string, app: OrdersApp = orders) =>
  app.get(CommandBus).execute(new ConfirmOrder({ orderId }));
const close = (orderId: string, as: 'rejected' | 'cancelled', app: OrdersApp = orders) =>
  app.get(CommandBus).execute(new CloseOrder({ orderId, as, ...failure }));
const never = new AbortController().signal;
const waiter = () => orders.app.get<CompletionWaiter>(CompletionWaiter, { strict: false });

/** Reads a stream as it comes. */
class Reader {
  text = '';
  ended = false;
  readonly abort = new AbortController();

  static async open(
    id: string,
    headers: Record<string, string> = {},
    app: OrdersApp = orders,
  ): Promise<Reader> {
    const reader = new Reader();
    const url = new URL(`/v1/orders/${id}/events`, app.http.baseUrl);
    const response = await fetch(url, {
      headers: { authorization: 'Bearer demo-client', ...headers },
      signal: reader.abort.signal,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    void reader.pump(response);
    return reader;
  }

  get statuses(): string[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data!) as OrderView).status,
    );
  }

  private async pump(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body!)
        this.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // We hung up.
    }
    this.ended = true;
  }
}

describe('waiting for an order', () => {
  it('ends within a few milliseconds of the commit in this process', async () => {
    const id = await place();
    const waiting = waiter()
      .wait(id, 10_000, never)
      .then((order) => ({ order, at: performance.now() }));
    await confirm(id);
    const committed = performance.now();
    const { order, at } = await waiting;
    expect(order).toMatchObject({ id, status: 'confirmed' });
    // The poll would take 250 ms.
    expect(at - committed).toBeLessThan(100);
  });

  it('ends when another process has confirmed the order', async () => {
    const id = await place();
    const waiting = waiter().wait(id, 10_000, never);
    await confirm(id, elsewhere);
    expect(await waiting).toMatchObject({ status: 'confirmed' });
  });

  it('does not end while the order is only being cancelled', async () => {
    const id = await place();
    const waiting = waiter().wait(id, 10_000, never);
    await orders.get(CommandBus).execute(new BeginCancellation({ orderId: id, ...failure }));
    await close(id, 'cancelled');
    expect(await waiting).toMatchObject({ status: 'cancelled', failure });
  });

  it('answers the order as it is when the time is up, when the caller hangs up, and when it has ended before', async () => {
    const id = await place();
    expect(await waiter().wait(id, 20, never)).toMatchObject({ status: 'pending' });
    const caller = new AbortController();
    const waiting = waiter().wait(id, 60_000, caller.signal);
    caller.abort();
    expect(await waiting).toMatchObject({ status: 'pending' });
    await close(id, 'rejected');
    expect(await waiter().wait(id, 60_000, never)).toMatchObject({ status: 'rejected' });
  });
});

describe('GET /v1/orders/{id}/events', () => {
  it('tells the past, then each change as it happens, and ends with the order', async () => {
    const id = await place();
    const stream = await Reader.open(id);
    await eventually(() => expect(stream.statuses).toEqual(['pending']));
    await orders.get(CommandBus).execute(new BeginCancellation({ orderId: id, ...failure }));
    await eventually(() => expect(stream.statuses).toEqual(['pending', 'cancelling']));
    await close(id, 'cancelled');
    await eventually(() => expect(stream.ended).toBe(true));
    expect(stream.statuses).toEqual(['pending', 'cancelling', 'cancelled']);
    expect(stream.text).toMatch(/^id: 3\nevent: status\ndata: .*BILLING\.CARD_DECLINED/m);
  });

  it('hears of changes that another process makes', async () => {
    const id = await place();
    const stream = await Reader.open(id);
    await confirm(id, elsewhere);
    await eventually(() => expect(stream.statuses).toEqual(['pending', 'confirmed']));
    stream.abort.abort();
  });

  it('goes on after Last-Event-ID, and says when there is nothing left', async () => {
    const id = await place();
    await close(id, 'rejected');
    const stream = await Reader.open(id, { 'last-event-id': '1' });
    await eventually(() => expect(stream.ended).toBe(true));
    expect(stream.statuses).toEqual(['rejected']);
    const again = await orders.http.get(`/v1/orders/${id}/events`, { headers: { 'last-event-id': '2' } });
    expect(again.status).toBe(204);
  });

  it('skips no status when the address changes in between', async () => {
    const id = await place();
    const stream = await Reader.open(id);
    await eventually(() => expect(stream.statuses).toEqual(['pending']));
    const moved = await orders.http.patch(
      `/v1/orders/${id}`,
      { shippingAddress: { ...ADDRESS, line1: 'Nebenstraße 2' } },
      { headers: { 'if-match': '"1"' } },
    );
    expect(moved.status).toBe(200);
    await confirm(id);
    await eventually(() => expect(stream.statuses).toEqual(['pending', 'confirmed']));
    expect(stream.text).toMatch(/^id: 3$/m);
    stream.abort.abort();
  });

  it('answers 404 for no order and 400 for an id that is none', async () => {
    expect((await orders.http.get(`/v1/orders/${NOWHERE}/events`)).status).toBe(404);
    const id = await place();
    const bad = await orders.http.get(`/v1/orders/${id}/events`, { headers: { 'last-event-id': 'x' } });
    expect(bad.status).toBe(400);
  });

  it('ends, as waiting does, when the process shuts down', async () => {
    const id = await place();
    const third = await startOrdersApp(orders.url);
    const stream = await Reader.open(id, {}, third);
    await eventually(() => expect(stream.statuses).toEqual(['pending']));
    const started = performance.now();
    await third.close();
    await eventually(() => expect(stream.ended).toBe(true));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
