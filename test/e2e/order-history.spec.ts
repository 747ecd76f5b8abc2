import type { Order, Problem, TimelineItem } from './contract.js';
import { Shop } from './shop.js';

const unknownOrder = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';

interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly status: string; readonly at: string; readonly code: string | null };
}

describe('the history of an order', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  }, 60_000);
  afterAll(() => shop.close());

  describe('as a timeline', () => {
    const timeline = async ({ id }: Order) =>
      (await shop.succeed(shop.client.get<{ items: TimelineItem[] }>(`/v1/orders/${id}/timeline`))).items;

    it('tells a good order step by step, oldest first', async () => {
      const items = await timeline(await shop.settle());
      expect(items.map(({ text }) => text)).toEqual([
        'We have received your order.',
        'We have checked your order.',
        'Your items are reserved.',
        'Your payment has been received.',
        'Your items are packed.',
        'The carrier has accepted your parcel.',
        'Your order is confirmed.',
      ]);
      const times = items.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
    });

    it('tells why an order failed and what was undone, in reverse order, without internals', async () => {
      const items = await timeline(await shop.settle({ postalCode: 'REJECT' }));
      expect(items.map(({ kind, step }) => (step ? `${kind} ${step}` : kind))).toEqual([
        'status',
        'step-done validate-order',
        'step-done reserve-inventory',
        'step-done charge-payment',
        'step-done commit-inventory',
        'failed arrange-shipping',
        'step-undone commit-inventory',
        'status',
        'step-undone charge-payment',
        'step-undone reserve-inventory',
        'status',
      ]);
      expect(items.find(({ kind }) => kind === 'failed')).toMatchObject({
        code: 'SHIPPING.UNDELIVERABLE',
        text: 'The carrier does not deliver to this address.',
      });
      expect(JSON.stringify(items)).not.toMatch(/stack|Error|SELECT|node:/);
    });

    it('is not there for an order that is not there', async () => {
      const answer = await shop.client.get<Problem>(`/v1/orders/${unknownOrder}/timeline`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'ORDERS.NOT_FOUND' } });
    });
  });

  describe('as a stream', () => {
    it('tells what was, then what happens as it happens, and ends with the order', async () => {
      const order = await shop.place({ paymentMethod: 'pm_card_flaky', postalCode: 'REJECT' });
      const stream = await openStream(order.id);
      const events = await rest(stream);
      expect(events.map(({ event, data }) => `${event} ${data.status}`)).toEqual([
        'status pending',
        'status cancelling',
        'status cancelled',
      ]);
      expect(events[2]?.data.code).toBe('SHIPPING.UNDELIVERABLE');
    });

    it('stays open while more may follow', async () => {
      const order = await shop.settle();
      const stream = await openStream(order.id);
      const events = [await next(stream), await next(stream)];
      expect(events.map((event) => event?.data.status)).toEqual(['pending', 'confirmed']);
      const waiting = next(stream);
      const other = shop.order(order.id).then(() => 'the order was read meanwhile');
      expect(await Promise.race([waiting, other])).toBe('the order was read meanwhile');
      await stream.reader.cancel();
      await waiting;
    });

    it('goes on after the last event that was seen', async () => {
      const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
      const all = await rest(await openStream(order.id));
      expect(all).toHaveLength(3);
      const tail = await rest(await openStream(order.id, all[0]!.id));
      expect(tail).toEqual(all.slice(1));
    });

    it('answers 204 when all was seen, so that nobody connects again', async () => {
      const order = await shop.settle({ paymentMethod: 'pm_card_declined' });
      const lastSeen = (await rest(await openStream(order.id))).at(-1)!.id;
      const headers = { 'Last-Event-ID': lastSeen };
      expect((await shop.client.get(`/v1/orders/${order.id}/events`, { headers })).status).toBe(204);
    });

    it('refuses an id that is none, and an order that is not there', async () => {
      const { id } = await shop.place();
      const headers = { 'Last-Event-ID': 'x' };
      const wrong = await shop.client.get<Problem>(`/v1/orders/${id}/events`, { headers });
      expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/Last-Event-ID' }] } });
      expect((await shop.client.get(`/v1/orders/${unknownOrder}/events`)).status).toBe(404);
    });
  });

  async function openStream(orderId: string, lastEventId?: string) {
    const response = await fetch(`${shop.url}/v1/orders/${orderId}/events`, {
      headers: {
        authorization: 'Bearer demo-client',
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    return { reader: response.body!.pipeThrough(new TextDecoderStream()).getReader(), unread: '' };
  }

  type Stream = Awaited<ReturnType<typeof openStream>>;

  /** The next event; null at the end of the stream. Comments are skipped, as a browser does. */
  async function next(stream: Stream): Promise<StreamEvent | null> {
    for (;;) {
      const end = stream.unread.indexOf('\n\n');
      if (end >= 0) {
        const lines = stream.unread.slice(0, end).split('\n');
        stream.unread = stream.unread.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data === undefined) continue;
        return { id: field('id')!, event: field('event')!, data: JSON.parse(data) as StreamEvent['data'] };
      }
      const { done, value } = await stream.reader.read();
      if (done) return null;
      stream.unread += value;
    }
  }

  async function rest(stream: Stream): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for (let event = await next(stream); event; event = await next(stream)) events.push(event);
    return events;
  }
});
