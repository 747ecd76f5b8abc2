import type { HttpAnswer } from '../support/http-client.js';
import type { JournalEntry, Order, Page, Problem, Saga } from './contract.js';
import { mistakes, Shop } from './shop.js';

const LONG = 120_000;
const unknownSaga = '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f';

interface Glance {
  readonly id: string;
  readonly status: string;
  readonly correlationId: string;
  readonly failedStep: string | null;
  readonly errorCode: string | null;
}

describe('operators', () => {
  let shop: Shop;
  let sku: string;
  /** The carrier is down at its address: stuck at the pivot. */
  let unshipped: Order;
  /** The gateway is down: stuck before anything is paid. One will be retried, the other turned back. */
  let unpaid: Order;
  let unwanted: Order;
  /** Refused by the carrier, and its refund fails. */
  let unrefunded: Order;

  const list = async (query: string) =>
    (await shop.succeed(shop.operator.get<Page<Glance>>(`/v1/admin/sagas?${query}`))).items;
  const act = <Body = Saga>(
    saga: { id: string },
    action: string,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer<Body>> =>
    shop.operator.post<Body>(`/v1/admin/sagas/${saga.id}/${action}`, { reason: 'Rehearsal.' }, { headers });
  const stepOf = (saga: Saga, name: string) => saga.steps.find((step) => step.name === name)!;
  const parked = (order: Order) =>
    shop.until(async () => {
      const saga = await shop.saga(order.id);
      expect(saga.status).toBe('parked');
      return saga;
    });

  beforeAll(async () => {
    shop = await Shop.open();
    sku = await shop.newProduct();
    unshipped = await shop.place({ sku, postalCode: 'DOWN' });
    unrefunded = await shop.place({ sku, postalCode: 'REJECT', paymentMethod: 'pm_card_refund_fails' });
    for (const { id } of [unshipped, unrefunded]) {
      await shop.until(async () => expect(await shop.charges(id)).toHaveLength(1));
    }
    await shop.setFaults({ payments: 'down' });
    unpaid = await shop.place({ sku });
    unwanted = await shop.place({ sku });
  }, LONG);
  afterAll(() => shop.close());

  it('see that a step fails while it still backs off: which, how often, why, and when it goes on', async () => {
    const saga = await shop.until(async () => {
      const seen = await shop.saga(unpaid.id);
      expect(seen.cause).toMatchObject({ step: 'charge-payment', index: 3, code: 'BILLING.UNAVAILABLE' });
      return seen;
    });
    expect(saga.nextAttemptAt).not.toBeNull();
    expect(saga.cause?.stack).toContain('RetryableError');
    expect(stepOf(saga, 'charge-payment')).toMatchObject({ status: 'retrying', kind: 'external' });
    expect(stepOf(saga, 'commit-inventory')).toMatchObject({ status: 'pending', attempts: 0, input: null });
    expect(stepOf(saga, 'reserve-inventory').compensation).toMatchObject({
      status: 'registered',
      input: { orderId: unpaid.id },
    });
  });

  it(
    'find what is parked after five attempts, 1, 2, 4 and 8 seconds apart',
    async () => {
      const saga = await parked(unshipped);
      expect(stepOf(saga, 'arrange-shipping')).toMatchObject({ status: 'parked', attempts: 5 });
      const { items } = await shop.succeed(
        shop.operator.get<Page<JournalEntry>>(`/v1/admin/sagas/${saga.id}/journal`),
      );
      const failures = items.filter(({ kind }) => kind === 'attempt-failed');
      const delays = failures.map(({ at, retryAt }) => retryAt && Date.parse(retryAt) - Date.parse(at));
      expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, null]);
      // As observed, and not only as planned: none came too soon.
      failures.slice(1).forEach(({ at }, index) => {
        expect(Date.parse(at) - Date.parse(failures[index]!.at)).toBeGreaterThanOrEqual(
          delays[index] as number,
        );
      });
      expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => index + 1));
      expect(items.at(-1)).toMatchObject({ kind: 'parked' });
    },
    LONG,
  );

  it(
    'find sagas by status, step, error, order, definition, version and how long they are stuck',
    async () => {
      const [shipping] = [await parked(unshipped), await parked(unpaid), await parked(unwanted)];
      const ids = (found: readonly Glance[]) => found.map(({ correlationId }) => correlationId);
      expect(ids(await list('status=parked'))).toEqual([unwanted.id, unpaid.id, unshipped.id]);
      expect(ids(await list('status=parked&step=arrange-shipping'))).toEqual([unshipped.id]);
      expect(ids(await list('status=parked&errorCode=BILLING.UNAVAILABLE'))).toEqual([
        unwanted.id,
        unpaid.id,
      ]);
      expect(ids(await list('definition=order-fulfillment&version=1'))).toEqual([]);
      expect(ids(await list('definition=order-fulfillment&version=2'))).toHaveLength(4);
      expect(ids(await list('stuckForSeconds=1'))).toContain(unshipped.id);
      expect(ids(await list('stuckForSeconds=86400'))).toEqual([]);
      expect(await list(`correlationId=${unshipped.id}`)).toMatchObject([
        { id: shipping.id, failedStep: 'arrange-shipping', errorCode: 'SHIPPING.UNAVAILABLE' },
      ]);
    },
    LONG,
  );

  it('see nothing lost meanwhile: what is parked keeps its stock and its money', async () => {
    for (const { id } of [unshipped, unpaid]) {
      expect(await shop.order(id)).toMatchObject({ status: 'pending', fulfillment: { status: 'parked' } });
    }
    expect((await shop.netAmounts(unshipped.id)).gateway).toBe(unshipped.totalAmount);
    expect((await shop.netAmounts(unpaid.id)).gateway).toBe(0);
    const items = (
      await shop.succeed(
        shop.client.get<{ items: { text: string }[] }>(`/v1/orders/${unshipped.id}/timeline`),
      )
    ).items;
    expect(items.at(-1)?.text).toBe('This needs a colleague; we will see to it.');
  });

  it(
    'retry a parked saga once its cause is gone, and it goes on where it stood',
    async () => {
      await shop.setFaults({ payments: 'up' });
      const saga = await parked(unpaid);
      const answer = await act(saga, 'retry', { 'If-Match': `"${saga.revision}"` });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toBe(`"${answer.body.revision}"`);
      expect(answer.body.revision).toBeGreaterThan(saga.revision);
      expect((await shop.settled(unpaid.id)).status).toBe('confirmed');
      expect(await shop.charges(unpaid.id)).toMatchObject([
        { amount: unpaid.totalAmount, refundedAmount: 0 },
      ]);
      expect(await shop.bookings(unpaid.id)).toHaveLength(1);
    },
    LONG,
  );

  it('do not retry what has moved on, is not stuck, or is not there', async () => {
    const stuck = await parked(unshipped);
    const stale = await act<Problem>(stuck, 'retry', { 'If-Match': `"${stuck.revision - 1}"` });
    expect(stale).toMatchObject({ status: 412, body: { code: 'HTTP.PRECONDITION_FAILED' } });
    const done = await shop.saga(unpaid.id);
    expect(done.status).toBe('completed');
    const refused = await act<Problem>(done, 'retry');
    expect(refused).toMatchObject({ status: 409, body: { details: { status: 'completed' } } });
    const none = await act<Problem>({ id: unknownSaga }, 'retry');
    expect(none).toMatchObject({ status: 404, body: { code: 'SAGA.NOT_FOUND' } });
    const silent = await shop.operator.post<Problem>(`/v1/admin/sagas/${stuck.id}/retry`, {});
    expect(mistakes(silent)).toEqual(['/reason REQUIRED']);
    expect(await shop.saga(unshipped.id)).toEqual(stuck);
  });

  it('turn back a saga that nobody wants any more, and it leaves nothing behind', async () => {
    const before = await shop.stock(sku);
    expect((await act(await parked(unwanted), 'compensate')).status).toBe(200);
    const order = await shop.settled(unwanted.id);
    expect(order).toMatchObject({
      status: 'cancelled',
      failure: { code: 'SAGA.COMPENSATED_BY_OPERATOR' },
      fulfillment: { status: 'compensated' },
    });
    expect(await shop.stock(sku)).toEqual({ ...before, reserved: 0, available: before.onHand });
    expect(await shop.charges(unwanted.id)).toEqual([]);
  });

  it('see an undo that fails kept alive, while the others go on', async () => {
    const saga = await shop.saga(unrefunded.id);
    expect(saga.status).toBe('compensating');
    expect(saga.cause).toMatchObject({ step: 'arrange-shipping', code: 'SHIPPING.UNDELIVERABLE' });
    expect(saga.compensationErrors).toMatchObject([{ step: 'charge-payment', code: 'BILLING.UNAVAILABLE' }]);
    const compensations = saga.steps.map(({ name, compensation }) => [name, compensation?.status]);
    expect(Object.fromEntries(compensations)).toMatchObject({
      'reserve-inventory': 'succeeded',
      'charge-payment': 'retrying',
      'commit-inventory': 'succeeded',
    });
    expect(await shop.order(unrefunded.id)).toMatchObject({
      status: 'cancelling',
      failure: { code: 'SHIPPING.UNDELIVERABLE' },
    });
    expect((await shop.payments(unrefunded.id))[0]?.status).toBe('charged');
  });

  it('cannot force an undo that the other side refuses: it fails again, and stays alive', async () => {
    const { body: retried } = await act(await shop.saga(unrefunded.id), 'retry');
    await shop.until(async () => {
      const saga = await shop.saga(unrefunded.id);
      expect(saga.revision).toBeGreaterThan(retried.revision);
      expect(stepOf(saga, 'charge-payment').compensation?.status).toBe('retrying');
    });
    expect((await shop.netAmounts(unrefunded.id)).gateway).toBe(unrefunded.totalAmount);
  });

  it(
    'heal the outside, and retrying finishes what was begun, forwards and backwards',
    async () => {
      await shop.setFaults({ payments: 'healed', carrier: 'healed' });
      expect((await act(await shop.saga(unrefunded.id), 'retry')).status).toBe(200);
      expect((await act(await parked(unshipped), 'retry')).status).toBe(200);
      expect((await shop.settled(unrefunded.id)).status).toBe('cancelled');
      expect(await shop.netAmounts(unrefunded.id)).toEqual({ gateway: 0, ours: 0 });
      expect((await shop.settled(unshipped.id)).status).toBe('confirmed');
      expect(await shop.bookings(unshipped.id)).toMatchObject([{ status: 'booked' }]);
      // Two of four orders were delivered, two pieces each.
      expect(await shop.stock(sku)).toEqual({ onHand: 96, reserved: 0, available: 96 });
      expect(await list('status=parked')).toEqual([]);
    },
    LONG,
  );

  it('leave their names and reasons', async () => {
    const saga = await shop.saga(unwanted.id);
    const path = `/v1/admin/audit?sagaId=${saga.id}`;
    const { items } = await shop.succeed(shop.operator.get<Page<unknown>>(path));
    expect(items).toMatchObject([
      {
        actor: 'demo-operator',
        role: 'operator',
        action: 'saga.compensate',
        reason: 'Rehearsal.',
        before: { status: 'parked' },
      },
    ]);
  });
});
