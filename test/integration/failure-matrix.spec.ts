import type { Entry } from '../../src/saga/engine/entries.js';
import type { SagaState, UnitState } from '../../src/saga/engine/state.js';
import { failingSteps, stepsWithLostCommits, type FailingStep } from './failure-matrix/failing-steps.js';
import { failingUndos, undosWithLostCommits, type FailingUndo } from './failure-matrix/failing-undos.js';
import { worldAfter, type Standing } from './failure-matrix/reference-steps.js';
import { startFulfillmentApp, type FulfillmentApp, type PlacedOrder } from './fulfillment-app.js';

type Row = FailingStep | FailingUndo;

/** Delays of the default policies, in milliseconds; null: there is no next attempt by itself. */
const delaysWithin: Readonly<Record<number, readonly (number | null)[]>> = {
  5: [1_000, 2_000, 4_000, 8_000, null],
  10: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, null],
};

/** What went wrong in a row: a step, a compensation or a closing. */
function unitIn(state: SagaState, row: Row): UnitState | null {
  if ('step' in row) return state.steps.find(({ name }) => name === row.step)?.action ?? null;
  const compensation = state.steps.find(({ name }) => name === row.undo)?.compensation;
  return compensation ?? state.closings[row.undo as 'undoing' | 'undone'] ?? null;
}

async function standing(app: FulfillmentApp, order: PlacedOrder, row: Row): Promise<Standing> {
  const [saga, { status, failure }] = [await app.saga(order), await app.order(order)];
  return {
    saga: saga.row.status,
    order: status,
    failure: failure?.code ?? null,
    attempts: unitIn(saga.state, row)?.attempts ?? 0,
    undone: saga.journal.flatMap((entry) =>
      entry.kind === 'succeeded' && entry.unit.role === 'compensation' ? [entry.unit.name] : [],
    ),
    world: await app.world(order),
  };
}

/** How long after each failure the next attempt was scheduled, as the journal says. */
function delaysOf(journal: readonly Entry[]): (number | null)[] {
  return journal.flatMap((entry) =>
    entry.kind === 'attempt-failed' || entry.kind === 'resolved-absent'
      ? [entry.retryAt === null ? null : Date.parse(entry.retryAt) - Date.parse(entry.at)]
      : [],
  );
}

/** Every row is an order of its own, all under way together: one's trouble must not become another's. */
function testTogether(rows: readonly Row[], name: string): void {
  let app: FulfillmentApp;
  const orders = new Map<Row, PlacedOrder>();
  const parked = new Map<Row, Standing>();
  const all = () => [...orders.values()];
  const stuck = rows.filter((row) => row.parked !== null);
  const thenOf = (row: Row) => ('then' in row ? row.then : row.parked && 'retry');

  beforeAll(async () => {
    app = await startFulfillmentApp();
    for (const row of rows) orders.set(row, await app.place(row));
    await app.rest(all());
    for (const row of stuck) parked.set(row, await standing(app, orders.get(row)!, row));
  }, 60_000);
  afterAll(() => app.close());

  it.each(rows)(`${name} is $way $instant: $story`, async (row) => {
    const order = orders.get(row)!;
    if (row.parked === null) return expect(await standing(app, order, row)).toEqual(row.end);
    const { code, ...stands } = { step: 'step' in row ? row.step : '', ...row.parked };
    const { step, ...is } = stands;
    expect(parked.get(row)).toEqual(is);
    const saga = await app.saga(order);
    // Nobody's but a person's: no worker has it, and no time wakes it.
    expect(saga.row).toMatchObject({ failed_step: step, error_code: code, owner: null, wake_at: null });
    expect(delaysOf(saga.journal)).toEqual(delaysWithin[row.parked.attempts]);
  });

  describe('once the fault is mended and a person has acted', () => {
    beforeAll(async () => {
      for (const row of stuck) {
        const order = orders.get(row)!;
        app.sabotage.heal(order.id);
        expect(await app.act(order, thenOf(row)!)).toBe(200);
      }
      await app.rest(all());
    }, 60_000);

    it.each(stuck)(`${name} was $way $instant: $story`, async (row) => {
      expect(await standing(app, orders.get(row)!, row)).toEqual(row.end);
    });

    it('the books are clean, whatever went wrong', async () => {
      expect(await app.findings(all())).toEqual([]);
    });
  });
}

/** One after the other, so that each takes nobody along; here time is the machine's own. */
function testAlone(rows: readonly Row[], name: string): void {
  let app: FulfillmentApp;
  const orders = new Map<Row, PlacedOrder>();

  beforeAll(async () => {
    app = await startFulfillmentApp({ settings: { LEASE_SECONDS: '1' } });
    for (const row of rows) {
      const order = await app.place(row);
      orders.set(row, order);
      await app.untilSprung(order, row.faults.at(-1)!);
    }
    await app.rest([...orders.values()]);
  }, 60_000);
  afterAll(() => app.close());

  it.each(rows)(`${name} is $way $instant: $story`, async (row) => {
    expect(await standing(app, orders.get(row)!, row)).toEqual(row.end);
  });

  it('the books are clean', async () => {
    expect(await app.findings([...orders.values()])).toEqual([]);
  });
}

describe('A step that fails', () => testTogether(failingSteps, 'v$version $step'));
describe('An undo that fails', () => testTogether(failingUndos, 'v$version undo of $undo'));
describe('A step whose commit is lost', () => testAlone(stepsWithLostCommits, 'v$version $step'));
describe('An undo whose commit is lost', () => testAlone(undosWithLostCommits, 'v$version undo of $undo'));

/** It does nothing that could go wrong: a person says no, or nobody says anything. */
describe('The review of a large order', () => {
  let app: FulfillmentApp;
  const days = 24 * 60 * 60 * 1_000;
  /** Above the limit from which orders are reviewed. */
  const large = { unitAmount: 600_000 };

  beforeAll(async () => {
    app = await startFulfillmentApp();
  });
  afterAll(() => app.close());

  async function expectCancelled(order: PlacedOrder, failure: string): Promise<void> {
    await app.rest([order]);
    expect(await app.order(order)).toMatchObject({ status: 'cancelled', failure: { code: failure } });
    expect((await app.saga(order)).row).toMatchObject({ status: 'compensated', open_effects: 0 });
    expect(await app.world(order)).toEqual(worldAfter([]));
  }

  it.each([1, 2] as const)(
    'v%i declined: the order is cancelled, and nothing had been done',
    async (version) => {
      const order = await app.place({ version, ...large });
      await app.rest([order]);
      expect((await app.saga(order)).row).toMatchObject({ status: 'waiting', current_step: 'review-order' });
      const { status } = await app.operator.post(`/v1/orders/${order.id}/decline`, { reason: 'A fraud.' });
      expect(status).toBe(202);
      await expectCancelled(order, 'ORDERS.DECLINED');
    },
  );

  it.each([1, 2] as const)('v%i not made within three days: the order is cancelled', async (version) => {
    const order = await app.place({ version, ...large });
    await app.rest([order]);
    await app.pass(3 * days - 60_000);
    expect((await app.saga(order)).row).toMatchObject({ status: 'waiting', owner: null });
    await app.pass(61_000);
    await app.until(order, 'compensated');
    await expectCancelled(order, 'ORDERS.REVIEW_TIMED_OUT');
  });
});
