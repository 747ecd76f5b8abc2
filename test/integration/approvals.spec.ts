import { ArrangeShipping } from '../../src/shipping/contracts/shipping-commands.js';
import type { Fault } from '../support/sabotage/sabotage.js';
import { eventually } from '../support/eventually.js';
import { startFulfillmentApp, unitAmount, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

type Body = Record<string, unknown>;

let app: FulfillmentApp;
beforeAll(async () => {
  app = await startFulfillmentApp({ settings: { SECOND_PERSON_ABOVE: String(unitAmount) } });
}, 60_000);
afterAll(() => app.close());

const faults: Fault[] = [{ command: ArrangeShipping, way: 'retryable', instant: 'before its effect' }];
const supervisor = () => app.operator.as('demo-supervisor');
const second = () => app.operator.as('demo-supervisor-2');

/** An order whose money was taken, and whose parcel cannot be booked. */
async function stuck(quantity: number): Promise<PlacedOrder & { readonly sagaId: string }> {
  const order = await app.place({ faults, quantity });
  await app.rest([order]);
  return { ...order, sagaId: (await app.saga(order)).row.id };
}

const terminate = (sagaId: string, body: Body = {}) =>
  supervisor().post<Body>(`/v1/admin/sagas/${sagaId}/terminate`, { reason: 'lost', ...body });
const approve = (id: unknown, http = second()) =>
  http.post<Body>(`/v1/admin/approvals/${String(id)}/approve`, { reason: 'seen' });
const approvals = async () => (await app.operator.get<{ items: Body[] }>('/v1/admin/approvals')).body.items;
const audit = async (sagaId: string) =>
  (await app.operator.get<{ items: Body[] }>(`/v1/admin/audit?sagaId=${sagaId}`)).body.items;
const statusOf = async (order: PlacedOrder) => (await app.saga(order)).row.status;

describe('An override that moves more than one person may decide on', () => {
  it('waits, and is carried out by the approval of another supervisor; both names stand in the audit', async () => {
    const order = await stuck(2);
    const asked = await terminate(order.sagaId);
    expect([asked.status, Object.keys(asked.body)]).toEqual([202, ['approvalId']]);
    const { approvalId } = asked.body;
    expect(await statusOf(order)).toBe('parked');
    expect((await approvals())[0]).toMatchObject({
      ...{ id: approvalId, status: 'waiting', action: 'terminate', sagaId: order.sagaId },
      ...{ askedBy: 'demo-supervisor', reason: 'lost', money: [{ currency: 'EUR', amount: 2 * unitAmount }] },
    });

    const self = await approve(approvalId, supervisor());
    expect([self.status, self.body.code]).toEqual([403, 'SAGA.SECOND_PERSON_NEEDED']);
    expect((await approve(approvalId, app.operator)).status).toBe(403);
    expect(await statusOf(order)).toBe('parked');

    const { status, body } = await approve(approvalId);
    expect([status, body.status, body.approvedBy]).toEqual([200, 'approved', 'demo-supervisor-2']);
    await eventually(async () => expect(await statusOf(order)).toBe('terminated'));
    expect(await audit(order.sagaId)).toMatchObject([
      { action: 'approval.approve', actor: 'demo-supervisor-2', reason: 'seen', approvalId },
      { action: 'saga.terminate', actor: 'demo-supervisor', reason: 'lost', approvalId },
      { action: 'approval.ask', actor: 'demo-supervisor', reason: 'lost', approvalId },
    ]);
    const again = await approve(approvalId);
    expect([again.status, again.body.code]).toEqual([409, 'SAGA.APPROVED_ALREADY']);
  });

  it('is not carried out once the saga has moved on, and nothing is changed then', async () => {
    const order = await stuck(2);
    const { body } = await terminate(order.sagaId);
    await app.act(order, 'compensate');
    await app.rest([order]);
    const { status, body: refused } = await approve(body.approvalId);
    expect([status, refused.code]).toEqual([409, 'SAGA.MOVED_ON']);
    expect(await statusOf(order)).toBe('compensated');
    expect((await approvals())[0]).toMatchObject({ id: body.approvalId, status: 'waiting' });
  });

  it('cannot be approved of after a day', async () => {
    const order = await stuck(2);
    const { body } = await terminate(order.sagaId);
    await app.dataSource.query(
      `UPDATE saga.approval SET expires_at = now() - interval '1 hour' WHERE id = $1`,
      [body.approvalId],
    );
    const late = await approve(body.approvalId);
    expect([late.status, late.body.code]).toEqual([409, 'SAGA.APPROVAL_EXPIRED']);
    expect((await approvals())[0]).toMatchObject({ status: 'expired' });
    expect(await statusOf(order)).toBe('parked');
  });

  it('is refused at once when it does not apply, and a dry run needs nobody', async () => {
    const order = await stuck(2);
    const misfit = await supervisor().post<Body>(`/v1/admin/sagas/${order.sagaId}/skip`, {
      ...{ reason: 'by hand', result: { nonsense: true } },
    });
    expect(misfit.status).toBe(422);
    const dry = await terminate(order.sagaId, { dryRun: true });
    expect([dry.status, dry.body.dryRun]).toEqual([200, true]);
    expect(await audit(order.sagaId)).toEqual([]);
  });

  it('as a job waits as a whole, for the money of all its sagas', async () => {
    const sku = await app.newProduct(unitAmount, 10);
    const orders = [
      await app.place({ sku, faults, quantity: 1 }),
      await app.place({ sku, faults, quantity: 1 }),
    ];
    await app.rest(orders);
    // Each of them alone is within what one person may decide on; this filter finds those that others have left, too.
    const bulk = {
      action: 'terminate',
      filter: { status: 'parked', step: 'arrange-shipping' },
      reason: 'lost',
    };
    const { status, body } = await supervisor().post<Body>('/v1/admin/sagas/bulk', bulk);
    expect([status, body.status]).toEqual([202, 'awaiting-approval']);
    expect((await approve(body.approvalId)).status).toBe(200);
    await eventually(async () => {
      for (const order of orders) expect(await statusOf(order)).toBe('terminated');
    });
  });
});

describe('An override that moves no more than that', () => {
  it('is done at once', async () => {
    const order = await stuck(1);
    const { status } = await terminate(order.sagaId);
    expect(status).toBe(200);
    await eventually(async () => expect(await statusOf(order)).toBe('terminated'));
  });
});
