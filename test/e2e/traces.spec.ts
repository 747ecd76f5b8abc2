import { randomBytes, randomUUID } from 'node:crypto';
import { startApp, type AppProcess } from '../support/app-process.js';
import { openOtlpReceiver, type OtlpReceiver } from '../support/otlp-receiver.js';
import type { Order } from './contract.js';
import { anOrder, Shop, type OrderWishes } from './shop.js';

const caller = '00f067aa0ba902b7';

/** Where to, and at once: nobody waits five seconds for a batch. Parcels travel, so that sagas wait and go on. */
const tracing = ({ url }: OtlpReceiver) => ({
  SANDBOX_TRACKING: 'on',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_SERVICE_NAME: 'shop-under-test',
});

describe('the trace of an order', () => {
  let receiver: OtlpReceiver;
  let shop: Shop;
  let worker: AppProcess;
  beforeAll(async () => {
    receiver = await openOtlpReceiver();
    shop = await Shop.open({ ROLE: 'api', ...tracing(receiver) });
    worker = await startApp({ DATABASE_URL: shop.databaseUrl, ROLE: 'worker', ...tracing(receiver) });
  }, 60_000);
  afterAll(async () => {
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
    await shop.close();
    await receiver.close();
  });

  const inTrace = () => {
    const traceId = randomBytes(16).toString('hex');
    return { traceId, headers: { traceparent: `00-${traceId}-${caller}-01` } };
  };
  const place = async (wishes: OrderWishes = {}) => {
    const { traceId, headers } = inTrace();
    const answer = await shop.client.post<Order>('/v1/orders', anOrder(wishes), { headers });
    expect(answer.status).toBe(202);
    return { order: answer.body, traceId };
  };
  const spansOf = (traceId: string) => receiver.spans.filter((span) => span.traceId === traceId);
  /** All spans of a trace, once those that come last from each process are there. */
  const traceWith = (traceId: string, ...last: string[]) =>
    shop.until(() => {
      const spans = spansOf(traceId);
      expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(last));
      return Promise.resolve(spans);
    });
  const pick = (name: string, spans: ReturnType<typeof spansOf>) =>
    spans
      .filter((span) => span.name === name)
      .sort((a, b) => Number(a.attributes['saga.attempt']) - Number(b.attributes['saga.attempt']));

  describe('whose payment takes three attempts, and whose parcel is refused', () => {
    let order: Order;
    let spans: ReturnType<typeof spansOf>;
    beforeAll(async () => {
      const placed = await place({ paymentMethod: 'pm_card_flaky', postalCode: 'REJECT' });
      order = placed.order;
      spans = await traceWith(placed.traceId, 'order-fulfillment', 'POST /v1/orders');
    }, 60_000);

    it('is one, from the request through retries and compensations, in two processes', async () => {
      const [request, ...otherRequests] = pick('POST /v1/orders', spans);
      expect(otherRequests).toEqual([]);
      expect(request).toMatchObject({
        ...{ kind: 2, parentSpanId: caller, failed: false },
        attributes: { 'http.route': '/v1/orders', 'http.response.status_code': 202 },
      });

      const outcomes = (name: string) =>
        pick(name, spans).map(({ attributes: a }) => [a['saga.attempt'], a['saga.outcome']]);
      expect(outcomes('validate-order')).toEqual([[1, 'succeeded']]);
      expect(outcomes('reserve-inventory')).toEqual([[1, 'succeeded']]);
      expect(outcomes('charge-payment')).toEqual([
        [1, 'attempt-failed'],
        [2, 'attempt-failed'],
        [3, 'succeeded'],
      ]);
      expect(outcomes('arrange-shipping')).toEqual([[1, 'rejected']]);
      expect(outcomes('charge-payment compensation')).toEqual([[1, 'succeeded']]);
      expect(outcomes('reserve-inventory compensation')).toEqual([[1, 'succeeded']]);

      const { id } = await shop.saga(order.id);
      const ofSaga = spans.filter((span) => span !== request);
      for (const { attributes, parentSpanId, resource, name } of ofSaga) {
        expect({ name, parentSpanId, attributes }).toMatchObject({
          parentSpanId: request!.spanId,
          attributes: {
            ...{ 'order.id': order.id, 'order.amount': order.totalAmount },
            ...{ 'saga.id': id, 'saga.definition': 'order-fulfillment', 'saga.version': 2 },
          },
        });
        expect(resource['service.name']).toBe('shop-under-test');
      }
      expect(new Set(ofSaga.map(({ resource }) => resource['service.instance.id'])).size).toBe(1);
      expect(ofSaga[0]!.resource['service.instance.id']).not.toBe(request!.resource['service.instance.id']);
    });

    it('tells a failure by its code, and how long each call took', () => {
      const [first, , third] = pick('charge-payment', spans);
      const code = expect.stringMatching(/^[A-Z]+\.[A-Z_]+$/) as unknown;
      expect(first).toMatchObject({ kind: 3, failed: true, attributes: { 'saga.code': code } });
      expect(third!.failed).toBe(false);
      expect(first!.end).toBeLessThanOrEqual(third!.start);
      expect(pick('arrange-shipping', spans)[0]).toMatchObject({
        failed: false,
        attributes: { 'saga.code': code },
      });
      const [whole] = pick('order-fulfillment', spans);
      expect(whole!.attributes).toMatchObject({ 'saga.outcome': 'compensated', 'saga.code': code });
      expect(whole!.end - whole!.start).toBeGreaterThanOrEqual(third!.end - first!.start);
    });
  });

  it('goes on in the saga that its confirmation starts, and so does that of what is told to others', async () => {
    const customerId = `secret-customer-${randomUUID()}`;
    const { order, traceId } = await place({ customerId });
    const tracked = await traceWith(traceId, 'order-tracking');
    for (const name of ['await-collection wait', 'mark-shipped', 'mark-delivered', 'order-tracking']) {
      expect(pick(name, tracked)).toMatchObject([
        { attributes: { 'order.id': order.id, 'saga.definition': 'order-tracking', 'saga.version': 1 } },
      ]);
    }

    const erasure = inTrace();
    const path = `/v1/customers/${customerId}/personal-data`;
    expect((await shop.supervisor.delete(path, { headers: erasure.headers })).status).toBe(200);
    const delivery = 'deliver orders.personal-data-erased.v1';
    const erasing = 'DELETE /v1/customers/:id/personal-data';
    const spans = await traceWith(erasure.traceId, delivery, erasing);
    const [request] = pick(erasing, spans);
    const [delivered] = pick(delivery, spans);
    expect(delivered).toMatchObject({ kind: 5, parentSpanId: request!.spanId, failed: false });
    expect(delivered!.resource['service.instance.id']).not.toBe(request!.resource['service.instance.id']);
    expect(receiver.text()).not.toContain(customerId);
  });

  it('has no card, name, address or customer in it', async () => {
    const card = {
      holder: 'Grace Hopper',
      number: '4000056655665556',
      expiryMonth: 12,
      expiryYear: 2030,
      cvc: '987',
    };
    const method = await shop.client.post<{ id: string }>('/v1/payment-methods', card);
    const { traceId } = await place({ paymentMethod: method.body.id });
    await traceWith(traceId, 'order-fulfillment');
    for (const secret of [
      ...['Grace', 'Hopper', '4000056655665556', method.body.id, 'pm_card'],
      ...['Ada', 'Lovelace', 'Hauptstra', 'Berlin', 'c-42'],
    ]) {
      expect([secret, receiver.text().includes(secret)]).toEqual([secret, false]);
    }
  });

  it('is not sent for a caller who does not measure', async () => {
    const { traceId } = inTrace();
    const headers = { traceparent: `00-${traceId}-${caller}-00` };
    const { body } = await shop.client.post<Order>('/v1/orders', anOrder(), { headers });
    await shop.settled(body.id);
    const later = await place();
    await traceWith(later.traceId, 'order-fulfillment');
    expect(spansOf(traceId)).toEqual([]);
  });
});

describe('without a collector', () => {
  const settled = /confirmed|shipped|delivered/;

  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await openOtlpReceiver();
  });
  afterEach(() => receiver.close());

  it('orders go through, and the process ends in order, when it takes nothing', async () => {
    const shop = await Shop.open({
      ...tracing(receiver),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/nowhere`,
    });
    expect((await shop.settle()).status).toMatch(settled);
    await shop.close();
    expect(receiver.text()).toBe('');
  }, 60_000);

  it('orders go through, and the process ends in order, when nobody is there', async () => {
    const shop = await Shop.open({ ...tracing(receiver), OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    expect((await shop.settle()).status).toMatch(settled);
    await shop.close();
  }, 60_000);

  it('nothing is sent when it is disabled', async () => {
    const shop = await Shop.open({ ...tracing(receiver), OTEL_SDK_DISABLED: 'true' });
    expect((await shop.settle()).status).toMatch(settled);
    await shop.close();
    expect(receiver.text()).toBe('');
  }, 60_000);
});
