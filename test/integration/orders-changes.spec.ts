import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { OrderView } from '../../src/orders/application/order-view.js';
import { BeginCancellation, CloseOrder, ConfirmOrder } from '../../src/orders/contracts/order-commands.js';
import { PersonalDataErased } from '../../src/orders/contracts/order-events.js';
import { GetShippingAddresses } from '../../src/orders/contracts/order-queries.js';
import { ADDRESS, type OrdersApp, startOrdersApp, wish } from './orders-app.js';

interface ProblemBody {
  code: string;
  errors?: { pointer: string; code: string }[];
}

let orders: OrdersApp;
beforeAll(async () => {
  orders = await startOrdersApp();
  orders.catalogue.add('SKU-1', 1999);
});
afterAll(() => orders.close());

const NOWHERE = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';
const failure = { code: 'BILLING.CARD_DECLINED', message: 'The card was declined.' };
const execute = (command: ConfirmOrder | BeginCancellation | CloseOrder) =>
  orders.get(CommandBus).execute(command);
const confirm = (orderId: string) => execute(new ConfirmOrder({ orderId }));
const cancel = (orderId: string) => execute(new CloseOrder({ orderId, as: 'cancelled', ...failure }));

async function place(more: Record<string, unknown> = {}): Promise<OrderView> {
  const { status, body } = await orders.http.post<OrderView>('/v1/orders', wish(more));
  expect(status).toBe(202);
  return body;
}

describe('PATCH /v1/orders/{id}', () => {
  const move = (id: string, version: number | null, line1 = 'Nebenstraße 2') =>
    orders.http.patch<OrderView & ProblemBody>(
      `/v1/orders/${id}`,
      { shippingAddress: { ...ADDRESS, line1 } },
      version === null ? {} : { headers: { 'if-match': `"${version}"` } },
    );

  it('changes the address of a running order, and shipping takes the new one', async () => {
    const { id } = await place();
    const { status, body } = await move(id, 1);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: 2,
      status: 'pending',
      shippingAddress: { line1: 'Nebenstraße 2' },
    });
    const addresses = await orders.get(QueryBus).execute(new GetShippingAddresses([id, NOWHERE]));
    expect([...addresses]).toEqual([[id, { ...ADDRESS, line1: 'Nebenstraße 2' }]]);
  });

  it('takes any version when none is named, and answers 412 for a stale one and 404 for no order', async () => {
    const { id } = await place();
    expect(await move(id, 7)).toMatchObject({ status: 412, body: { code: 'HTTP.PRECONDITION_FAILED' } });
    expect((await move(id, null)).status).toBe(200);
    expect((await move(NOWHERE, 1)).status).toBe(404);
  });

  it('lets one of two changes at once through', async () => {
    const { id } = await place();
    const answers = await Promise.all(['A 1', 'B 2', 'C 3'].map((line1) => move(id, 1, line1)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it('answers 409 once the carrier has been asked, and once the order has ended', async () => {
    const [sent, ended] = [await place(), await place()];
    orders.fulfillments.sentToCarrier.add(sent.id);
    await confirm(ended.id);
    for (const { id } of [sent, ended]) {
      expect(await move(id, 1)).toMatchObject({ status: 409, body: { code: 'ORDERS.TOO_LATE' } });
    }
    expect((await orders.http.get<OrderView>(`/v1/orders/${sent.id}`)).body.version).toBe(1);
  });
});

describe('decisions about an order', () => {
  const decide = (id: string, what: string, body: unknown = { reason: 'Because.' }) =>
    orders.http
      .as(what === 'cancel' ? 'demo-client' : 'demo-operator')
      .post<OrderView & ProblemBody>(`/v1/orders/${id}/${what}`, body);

  it('records a cancellation with its reason and who asked for it', async () => {
    const { id } = await place();
    expect(await decide(id, 'cancel')).toMatchObject({ status: 202, body: { id, status: 'pending' } });
    expect(orders.fulfillments.cancelled.at(-1)).toEqual({
      orderId: id,
      reason: 'Because.',
      actor: 'demo-client',
    });
  });

  it('cancels what is being cancelled already, without asking again', async () => {
    const { id } = await place();
    await execute(new BeginCancellation({ orderId: id, ...failure }));
    const asked = orders.fulfillments.cancelled.length;
    expect((await decide(id, 'cancel')).status).toBe(202);
    await cancel(id);
    expect((await decide(id, 'cancel')).status).toBe(202);
    expect(orders.fulfillments.cancelled).toHaveLength(asked);
  });

  it('answers 409 when it is too late to cancel', async () => {
    const [confirmed, shipping] = [await place(), await place()];
    await confirm(confirmed.id);
    orders.fulfillments.sentToCarrier.add(shipping.id);
    for (const { id } of [confirmed, shipping]) {
      expect(await decide(id, 'cancel')).toMatchObject({ status: 409, body: { code: 'ORDERS.TOO_LATE' } });
    }
  });

  it('approves and declines only what waits for it', async () => {
    const [waiting, other] = [await place(), await place()];
    orders.fulfillments.waitingForReview.add(waiting.id);
    expect((await decide(waiting.id, 'approve')).status).toBe(202);
    expect(orders.fulfillments.reviewed.at(-1)).toEqual({
      orderId: waiting.id,
      approve: true,
      actor: 'demo-operator',
    });
    expect((await decide(waiting.id, 'decline')).status).toBe(202);
    expect(orders.fulfillments.reviewed.at(-1)).toMatchObject({ approve: false });
    expect(await decide(other.id, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'ORDERS.NOT_WAITING_FOR_REVIEW' },
    });
  });

  it.each(['cancel', 'approve', 'decline'])(
    '%s answers 404 for no order and 400 without a reason',
    async (what) => {
      expect((await decide(NOWHERE, what)).status).toBe(404);
      expect((await decide(NOWHERE, what, {})).status).toBe(400);
    },
  );
});

describe('GET /v1/orders/{id}/timeline', () => {
  it('tells the story in order, its own part and that of the fulfillment', async () => {
    const { id } = await place();
    const at = new Date();
    orders.fulfillments.stories.set(id, [{ at, kind: 'step', step: 'charge-payment', text: 'Paid.' }]);
    await cancel(id);
    const { body } = await orders.http.get<{ items: { kind: string; text: string; code?: string }[] }>(
      `/v1/orders/${id}/timeline`,
    );
    expect(body.items.map(({ text }) => text)).toEqual([
      'We have received your order.',
      'Paid.',
      'Your order is being cancelled.',
      'Your order is cancelled.',
    ]);
    expect(body.items.at(-1)).toMatchObject({ kind: 'status', code: failure.code });
    expect((await orders.http.get(`/v1/orders/${NOWHERE}/timeline`)).status).toBe(404);
  });
});

describe('DELETE /v1/customers/{id}/personal-data', () => {
  it('erases names and addresses of finished orders and of no others', async () => {
    const customerId = 'forget me';
    const [running, cancelling, done, undone] = [
      await place({ customerId }),
      await place({ customerId }),
      await place({ customerId }),
      await place({ customerId }),
    ];
    const other = await place({ customerId: 'remember-me' });
    await execute(new BeginCancellation({ orderId: cancelling.id, ...failure }));
    await confirm(done.id);
    await cancel(undone.id);
    await confirm(other.id);
    const path = `/v1/customers/${encodeURIComponent(customerId)}/personal-data`;

    expect(await orders.http.as('demo-supervisor').delete(path)).toMatchObject({
      status: 200,
      body: { erased: 2, whenFinished: 2 },
    });
    expect(orders.events.at(-1)).toEqual(new PersonalDataErased({ orderIds: [done.id, undone.id] }));
    expect(await orders.http.as('demo-supervisor').delete(path)).toMatchObject({
      status: 200,
      body: { erased: 0, whenFinished: 2 },
    });

    const address = async ({ id }: OrderView) =>
      (await orders.http.get<OrderView>(`/v1/orders/${id}`)).body.shippingAddress;
    expect(await Promise.all([running, cancelling, other].map(address))).toEqual([ADDRESS, ADDRESS, ADDRESS]);
    expect(await Promise.all([done, undone].map(address))).toEqual([null, null]);
    const [{ n }] = await orders.dataSource.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM orders."order" o WHERE o.id = ANY($1) AND o::text LIKE '%Lovelace%'`,
      [[done.id, undone.id]],
    );
    expect(n).toBe(0);

    const later = await place({ customerId });
    await confirm(running.id);
    await cancel(cancelling.id);
    await confirm(later.id);
    expect(await Promise.all([running, cancelling, later, other].map(address))).toEqual([
      null,
      null,
      ADDRESS,
      ADDRESS,
    ]);
    const erased = orders.events.filter((event) => event instanceof PersonalDataErased);
    expect(erased.slice(-2)).toEqual([
      new PersonalDataErased({ orderIds: [running.id] }),
      new PersonalDataErased({ orderIds: [cancelling.id] }),
    ]);
  });

  it('erases those too that end while it is under way', async () => {
    const customerId = 'in-a-hurry';
    const running = await Promise.all(Array.from({ length: 20 }, () => place({ customerId })));
    const path = `/v1/customers/${customerId}/personal-data`;
    await Promise.all([
      ...running.map(({ id }, n) => (n % 2 ? confirm(id) : cancel(id))),
      orders.http.as('demo-supervisor').delete(path),
    ]);
    const rows: unknown[] = await orders.dataSource.query(
      `SELECT status FROM orders."order" WHERE customer_id = $1 AND ship_to_name IS NOT NULL`,
      [customerId],
    );
    expect(rows).toEqual([]);
  });

  it('leaves a running order for which it was asked as it is, for those who change it', async () => {
    const order = await place({ customerId: 'patient' });
    await orders.http.as('demo-supervisor').delete('/v1/customers/patient/personal-data');
    const { body } = await orders.http.get<OrderView>(`/v1/orders/${order.id}`);
    expect(body).toMatchObject({ version: order.version, shippingAddress: ADDRESS });
  });
});
