import { randomBytes } from 'node:crypto';
import type { Order } from './contract.js';
import { anOrder, Shop, type OrderWishes } from './shop.js';

type Line = Readonly<Record<string, unknown>>;

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
const time = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;

describe('the log', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ LOG_LEVEL: 'info' });
  }, 60_000);
  afterAll(() => shop.close());

  const lines = () =>
    shop
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  const linesOf = (orderId: string) => lines().filter((line) => line.orderId === orderId);

  /** Places an order in a trace of its own. */
  const place = async (wishes: OrderWishes = {}) => {
    const traceId = randomBytes(16).toString('hex');
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const { status, body } = await shop.client.post<Order>('/v1/orders', anOrder(wishes), { headers });
    expect(status).toBe(202);
    return { id: body.id, traceId, amount: body.totalAmount };
  };
  /** The first line of this order that says so; waits for it. */
  const said = (orderId: string, msg: RegExp) =>
    shop.until(async () => {
      const line = linesOf(orderId).find((one) => msg.test(String(one.msg)));
      expect([msg, line !== undefined]).toEqual([msg, true]);
      return Promise.resolve(line!);
    });

  it('tells of an order from its start to its end, in one trace', async () => {
    const { id: orderId, traceId, amount } = await place();
    const ended = await said(orderId, /A saga has ended/);
    const about = {
      ...{ level: 'info', time, traceId, sagaId: ended.sagaId, correlationId: orderId, orderId },
      ...{ definition: 'order-fulfillment', version: 2 },
    };
    expect(ended.sagaId).toEqual(uuid);
    expect(ended).toMatchObject({
      ...{ ...about, msg: 'A saga has ended: COMPLETED.', outcome: 'completed', finishedAt: time },
      durationMs: expect.any(Number) as unknown,
    });
    expect(await said(orderId, /A saga has started/)).toMatchObject(about);
    expect(await said(orderId, /^Order placed/)).toMatchObject({
      traceId,
      customerId: 'c-42',
      amount,
      currency: 'EUR',
    });
    const payment = await said(orderId, /^Payment starts/);
    expect(payment).toMatchObject({ traceId, sagaId: ended.sagaId, amount, currency: 'EUR', attempt: 1 });
    expect(await said(orderId, /^Order ended/)).toMatchObject({ outcome: 'confirmed' });
  });

  it('tells of each failure which order, saga, step and attempt, and why', async () => {
    const flaky = await place({ paymentMethod: 'pm_card_flaky' });
    const { sagaId } = await said(flaky.id, /A saga has ended/);
    const failures = linesOf(flaky.id).filter(({ level }) => level === 'warn');
    expect(failures).toHaveLength(2);
    failures.forEach((line, index) =>
      expect(line).toMatchObject({
        ...{ traceId: flaky.traceId, sagaId, orderId: flaky.id, step: 'charge-payment', role: 'action' },
        ...{
          attempt: index + 1,
          errorCode: expect.stringMatching(/^[A-Z]+\.[A-Z_]+$/) as unknown,
          nextAttemptAt: time,
        },
      }),
    );

    const declined = await place({ paymentMethod: 'pm_card_declined' });
    const ended = await said(declined.id, /A saga has ended: COMPENSATED/);
    expect(ended).toMatchObject({ outcome: 'compensated', errorCode: 'BILLING.CARD_DECLINED' });
    const why = { sagaId: ended.sagaId, traceId: declined.traceId, errorCode: 'BILLING.CARD_DECLINED' };
    expect(await said(declined.id, /was rejected/)).toMatchObject({
      ...why,
      step: 'charge-payment',
      attempt: 1,
    });
    expect(await said(declined.id, /turns back/)).toMatchObject({ ...why, cause: 'rejected' });
  });

  it('keeps traces apart, however many orders run together', async () => {
    const placed = await Promise.all(Array.from({ length: 20 }, () => place()));
    await Promise.all(placed.map(({ id }) => said(id, /A saga has ended/)));
    const traceOf = new Map(placed.map(({ id, traceId }) => [id, traceId]));
    for (const { orderId, traceId, msg } of lines()) {
      const expected = traceOf.get(orderId as string);
      if (expected !== undefined && traceId !== undefined) expect([msg, traceId]).toEqual([msg, expected]);
    }
    // Of the lines about sagas none is without.
    const stray = lines().filter(
      ({ sagaId, traceId, definition }) =>
        sagaId !== undefined && traceId === undefined && definition === 'order-fulfillment',
    );
    expect(stray).toEqual([]);
  });

  it('has no card, no name and no address in it', async () => {
    const card = {
      holder: 'Grace Hopper',
      number: '4000056655665556',
      expiryMonth: 12,
      expiryYear: 2030,
      cvc: '987',
    };
    const { body } = await shop.client.post<{ id: string }>('/v1/payment-methods', card);
    const { id } = await place({ paymentMethod: body.id });
    await said(id, /A saga has ended/);
    await said((await place({ postalCode: 'REJECT' })).id, /A saga has ended/);
    for (const secret of [
      ...['Grace', 'Hopper', '4000056655665556', body.id, 'pm_card'],
      ...['Ada', 'Lovelace', 'Hauptstra', 'Berlin'],
    ]) {
      expect([
        secret,
        shop
          .logs()
          .split('\n')
          .filter((line) => line.startsWith('{') && line.includes(secret)),
      ]).toEqual([secret, []]);
    }
  });
});
