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
const decline = (id: unknown, http = second(), reason = 'not seen') =>
  http.post<Body>(`/v1/admin/approvals/${String(id)}/decline`, { reason });
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

  it('is declined by another supervisor, once and for all; both names stand in the audit', async () => {
    const order = await stuck(2);
    const { body } = await terminate(order.sagaId);
    const before = await statusOf(order);
    expect((await decline(body.approvalId, app.operator)).status).toBe(403);
    expect((await decline(body.approvalId, second(), ' ')).status).toBe(400);

    const { status, body: declined } = await decline(body.approvalId);
    const shown = { status: 'declined', declinedBy: 'demo-supervisor-2', declinedBecause: 'not seen' };
    expect([status, declined]).toMatchObject([200, { ...shown, approvedBy: null, approvedAt: null }]);
    expect(Date.parse(String(declined.declinedAt))).toBeGreaterThan(Date.parse(String(declined.askedAt)));
    expect((await approvals())[0]).toEqual(declined);
    expect(await statusOf(order)).toBe(before);
    expect(await audit(order.sagaId)).toMatchObject([
      {
        ...{ action: 'approval.decline', actor: 'demo-supervisor-2', reason: 'not seen' },
        ...{ approvalId: body.approvalId, before: { status: 'waiting' }, after: { status: 'declined' } },
      },
      { action: 'approval.ask', actor: 'demo-supervisor', reason: 'lost' },
    ]);
    for (const late of [await approve(body.approvalId), await decline(body.approvalId)]) {
      expect([late.status, late.body.code]).toEqual([409, 'SAGA.APPROVAL_DECLINED']);
    }
    expect(await audit(order.sagaId)).toHaveLength(2);
    // Nothing is in the way of asking anew.
    expect((await terminate(order.sagaId)).status).toBe(202);
  });

  it('is withdrawn by who asked for it', async () => {
    const order = await stuck(2);
    const { body } = await terminate(order.sagaId);
    const { status, body: declined } = await decline(body.approvalId, supervisor(), 'mended');
    expect([status, declined.status, declined.declinedBy]).toEqual([200, 'declined', 'demo-supervisor']);
    expect(await statusOf(order)).toBe('parked');
  });

  it('is decided once, also when two decide at the same instant', async () => {
    const order = await stuck(2);
    const { body } = await terminate(order.sagaId);
    const both = await Promise.all([approve(body.approvalId), decline(body.approvalId, supervisor())]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [entry] = await audit(order.sagaId);
    const won = both.find(({ status }) => status === 200)!;
    expect(entry).toMatchObject({
      action: won.body.status === 'declined' ? 'approval.decline' : 'approval.approve',
    });
  });

  it('cannot be declined once it was carried out, has expired, or never was', async () => {
    const order = await stuck(2);
    const { body: carriedOut } = await terminate(order.sagaId);
    expect((await approve(carriedOut.approvalId)).status).toBe(200);
    const late = await decline(carriedOut.approvalId);
    expect([late.status, late.body.code]).toEqual([409, 'SAGA.APPROVED_ALREADY']);

    const { body } = await terminate((await stuck(2)).sagaId);
    await app.dataSource.query(
      `UPDATE saga.approval SET expires_at = now() - interval '1 hour' WHERE id = $1`,
      [body.approvalId],
    );
    const expired = await decline(body.approvalId);
    expect([expired.status, expired.body.code]).toEqual([409, 'SAGA.APPROVAL_EXPIRED']);
    const unknown = await decline('01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'SAGA.APPROVAL_NOT_FOUND']);
    expect((await decline('none')).status).toBe(400);
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
    const { body: other } = await supervisor().post<Body>('/v1/admin/sagas/bulk', bulk);
    expect((await decline(other.approvalId)).body).toMatchObject({ status: 'declined', jobId: other.id });
    const { body: cancelled } = await app.operator.get<Body>(`/v1/admin/jobs/${String(other.id)}`);
    expect(cancelled).toMatchObject({
      ...{ status: 'cancelled', endedBecause: 'demo-supervisor-2: not seen' },
      progress: { waiting: (other.progress as { total: number }).total },
    });
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
