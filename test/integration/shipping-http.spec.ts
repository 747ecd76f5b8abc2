import type { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import type { ShippingArranged } from '../../src/shipping/contracts/shipping-events.js';
import { ADDRESS, attempt, startShippingApp, type ShippingApp } from './shipping-app.js';

interface Shipments {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

let shipping: ShippingApp;
beforeAll(async () => {
  shipping = await startShippingApp();
});
afterAll(() => shipping.close());

const list = (query: string) => shipping.http.get<Shipments>(`/v1/shipments${query}`);

describe('GET /v1/shipments', () => {
  it('shows the shipments of an order, without the receiver', async () => {
    const command = shipping.order();
    const { data } = await shipping.commandBus.execute<ArrangeShipping, ShippingArranged>(command);
    await shipping.commandBus.execute(shipping.order());
    const answer = await list(`?orderId=${command.data.orderId}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      items: [
        {
          id: data.shipmentId,
          orderId: data.orderId,
          status: 'booked',
          carrier: 'sandbox',
          trackingNumber: data.trackingNumber,
          createdAt: expect.stringMatching(/Z$/) as unknown,
        },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(answer.body)).not.toContain(ADDRESS.name);
  });

  it('shows a refused shipment as failed, without carrier and tracking number', async () => {
    const command = shipping.order('REJECT');
    await shipping.unitOfWork.run(() => shipping.arrange.begin([command]));
    const answer = await shipping.arrange.call(command, attempt());
    await shipping.unitOfWork.run(() => shipping.arrange.record([{ command, answer }]));
    const { body } = await list(`?orderId=${command.data.orderId}`);
    expect(body.items).toMatchObject([{ status: 'failed', carrier: null, trackingNumber: null }]);
  });

  it('goes through all of them page by page, newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const command = shipping.order();
      await shipping.commandBus.execute(command);
      ids.unshift(command.data.shipmentId);
    }
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.body.nextCursor}`);
    const shown = [...first.body.items, ...second.body.items].map(({ id }) => id);
    expect(shown.slice(0, 3)).toEqual(ids);
    expect(new Set(shown).size).toBe(4);
  });

  it('has no shipment for an order that nobody knows', async () => {
    expect((await list('?orderId=019ae1c0-7c02-7b52-8f0e-5f6f3f0f9a10')).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it.each(['?orderId=42', '?limit=0', '?cursor=x', '?colour=red', '?orderId=a&orderId=b'])(
    'refuses %s with a pointer',
    async (query) => {
      const answer = await shipping.http.get<{ code: string; errors: { pointer: string }[] }>(
        `/v1/shipments${query}`,
      );
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0]?.pointer).toMatch(/^\/\w/);
    },
  );

  it('wants a key', async () => {
    expect((await shipping.http.get('/v1/shipments', { key: null })).status).toBe(401);
  });
});
