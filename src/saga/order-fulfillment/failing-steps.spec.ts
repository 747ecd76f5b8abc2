import {
  breaks,
  findsNoTrace,
  isUnavailable,
  losesItsAnswer,
  rejects,
  succeeds,
  type Rehearsal,
} from '../testing/index.js';
import { rehearse } from './order-fulfillment.rehearsal.js';

/** The steps that do something, in their order, and what undoes them. */
const versions = [
  {
    version: 1 as const,
    steps: [
      { step: 'validate-order', external: false, undo: false },
      { step: 'charge-payment', external: true, undo: true },
      { step: 'reserve-and-commit-inventory', external: false, undo: true },
      { step: 'arrange-shipping', external: true, undo: false },
    ],
  },
  {
    version: 2 as const,
    steps: [
      { step: 'validate-order', external: false, undo: false },
      { step: 'reserve-inventory', external: false, undo: true },
      { step: 'charge-payment', external: true, undo: true },
      { step: 'commit-inventory', external: false, undo: true },
      { step: 'arrange-shipping', external: true, undo: false },
    ],
  },
];

const beforeThePoint = versions.flatMap(({ version, steps }) =>
  steps.map((step, index) => ({
    version,
    ...step,
    index,
    undone: steps
      .slice(0, index)
      .filter(({ undo }) => undo)
      .map((earlier) => earlier.step)
      .reverse(),
  })),
);
const externals = beforeThePoint.filter(({ external }) => external);

const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);

describe.each([1, 2] as const)('order-fulfillment v%i when all goes well', (version) => {
  it('completes without a compensation, and passes the review over for a small order', () => {
    const saga = rehearse(version).run();

    expect(saga.row).toMatchObject({ status: 'completed', openEffects: 0, currentStep: null, wakeAt: null });
    expect(saga.compensations).toEqual([]);
    expect(saga.told).toEqual(
      versions
        .find((one) => one.version === version)!
        .steps.map(({ step }) => step)
        .concat('confirm-order'),
    );
  });
});

describe('a step that is rejected', () => {
  it.each(beforeThePoint)(
    'v$version $step: undoes $undone in this order',
    ({ version, step, index, undone }) => {
      const saga = rehearse(version).when(step, rejects('TOY.NO', 'The business says no.')).run();

      expect(saga.row).toMatchObject({ status: 'compensated', openEffects: 0 });
      expect(undoneSteps(saga)).toEqual(undone);
      expect(saga.state.cause).toMatchObject({ type: 'rejected', step, code: 'TOY.NO' });
      expect(saga.told).toEqual([
        ...saga.told.slice(0, saga.told.indexOf(step) + 1),
        ...(index === 0 ? [] : ['tell undoing']),
        ...undone.map((name) => `undo ${name}`),
        'tell undone',
      ]);
    },
  );

  it('closes the order as rejected when it is the first, as cancelled when it is a later one', () => {
    const first = rehearse(2).when('validate-order', rejects('ORDERS.INVALID')).run();
    const later = rehearse(2).when('reserve-inventory', rejects('INVENTORY.OUT_OF_STOCK')).run();

    expect(first.calls.at(-1)).toMatchObject({ input: { as: 'rejected', code: 'ORDERS.INVALID' } });
    expect(later.calls.at(-1)).toMatchObject({ input: { as: 'cancelled', code: 'INVENTORY.OUT_OF_STOCK' } });
  });
});

/** A call begins with rows of its own (a pending payment), which are settled even when no attempt had an effect. */
const begunBy = (step: string) => (['charge-payment', 'arrange-shipping'].includes(step) ? [step] : []);

describe('a step that is unavailable', () => {
  it.each(beforeThePoint)(
    'v$version $step: is tried after 1, 2, 4 and 8 s, then parked, then goes on',
    ({ version, step }) => {
      const saga = rehearse(version)
        .when(step, ...Array<ReturnType<typeof isUnavailable>>(5).fill(isUnavailable()))
        .finish();

      expect(saga.timesOf(step)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
      expect(saga.row).toMatchObject({
        status: 'parked',
        attention: { step, errorCode: 'UNAVAILABLE' },
        wakeAt: null,
        runnable: false,
      });
      expect(saga.compensations).toEqual([]);
      expect(saga.retry().row.status).toBe('completed');
    },
  );

  it.each(beforeThePoint)(
    'v$version $step: a cancel while it backs off undoes $undone, and first what a call has begun',
    ({ version, step, undone }) => {
      const saga = rehearse(version).when(step, isUnavailable()).run().cancel();

      expect(saga.row.status).toBe('compensated');
      expect(undoneSteps(saga)).toEqual(begunBy(step).concat(undone));
      expect(saga.state.cause).toMatchObject({ type: 'cancelled', step });
      expect(saga.timesOf(step)).toHaveLength(1);
    },
  );

  it.each(beforeThePoint)(
    'v$version $step: a cancel when it is parked undoes $undone, and first what a call has begun',
    ({ version, step, undone }) => {
      const saga = rehearse(version).whenever(step, isUnavailable()).finish().cancel();

      expect(saga.row.status).toBe('compensated');
      expect(undoneSteps(saga)).toEqual(begunBy(step).concat(undone));
    },
  );
});

describe('a step that breaks for a reason nobody planned for', () => {
  it.each(beforeThePoint)(
    'v$version $step: uses up its attempts and is parked',
    ({ version, step, external }) => {
      const saga = rehearse(version).whenever(step, breaks('boom', external)).finish();

      expect(saga.timesOf(step)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
      expect(saga.row).toMatchObject({
        status: 'parked',
        attention: { step, errorCode: 'SAGA.UNCLASSIFIED' },
      });
    },
  );

  it.each(externals)(
    'v$version $step: is asked for before it is repeated, for the call may have gone out',
    ({ version, step }) => {
      const saga = rehearse(version).when(step, breaks('boom', true)).finish();

      expect(saga.told.filter((label) => label.endsWith(step))).toEqual([
        step,
        `ask ${step}`,
        `ask ${step}`,
        step,
      ]);
      expect(
        new Set(saga.calls.filter((call) => call.label.endsWith(step)).map((call) => call.reference)).size,
      ).toBe(1);
      expect(saga.row.status).toBe('completed');
    },
  );
});

describe('a step whose answer is lost', () => {
  it.each(externals)('v$version $step: goes on when the other side has done it', ({ version, step }) => {
    const saga = rehearse(version)
      .when(step, losesItsAnswer())
      .when(`ask ${step}`, succeeds({ known: true }))
      .run();

    expect(saga.timesOf(step)).toHaveLength(1);
    expect(saga.state.steps.find(({ name }) => name === step)?.action).toMatchObject({
      status: 'succeeded',
      result: { known: true },
    });
    expect(saga.row.status).toBe('completed');
  });

  it.each(externals)(
    'v$version $step: is repeated under the same reference when there is no trace',
    ({ version, step }) => {
      const saga = rehearse(version).when(step, losesItsAnswer()).finish();

      const calls = saga.calls.filter(({ label }) => label === step);
      expect(calls.map(({ atMs }) => atMs)).toEqual([0, 1_000]);
      expect(calls[0]?.reference).toBe(calls[1]?.reference);
      expect(saga.row.status).toBe('completed');
    },
  );

  it.each(externals)(
    'v$version $step: is undone too when the other side says no in the end',
    ({ version, step, undone }) => {
      const saga = rehearse(version)
        .when(step, losesItsAnswer())
        .when(`ask ${step}`, rejects('TOY.NO'))
        .run();

      // The lost attempt may still arrive after the no: what undoes it must have run.
      expect(undoneSteps(saga)).toEqual([step, ...undone]);
      expect(saga.row.status).toBe('compensated');
    },
  );

  it.each(externals)(
    'v$version $step: is resolved before anything is undone when a cancel comes',
    ({ version, step, undone }) => {
      const saga = rehearse(version)
        .when(step, losesItsAnswer())
        .when(`ask ${step}`, { does: 'cannot-say' }, findsNoTrace())
        .run()
        .cancel();

      expect(saga.row.status).toBe('running');
      expect(undoneSteps(saga)).toEqual([]);

      saga.finish();
      expect(saga.row.status).toBe('compensated');
      expect(undoneSteps(saga)).toEqual([step, ...undone]);
      expect(saga.timesOf(step)).toHaveLength(1);
    },
  );
});
