import {
  hangs,
  isUnavailable,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyAlternative,
  type ToyStep,
} from '../testing/index.js';

const first: ToyStep = { name: 'first' };
const pay: ToyStep = { name: 'pay', kind: 'external' };

const rehearse = (
  steps: readonly ToyStep[],
  alternatives: readonly ToyAlternative[],
  deadlineMs: number | null = null,
) => new Rehearsal(toyDefinition(steps, { alternatives, deadlineMs }), { order: 1 }).otherwiseSucceeding();
const kinds = (saga: Rehearsal) => saga.journal.map(({ kind }) => kind);
const seen = (saga: Rehearsal, label: string) =>
  (saga.calls.find((call) => call.label === label)!.input as { seen: string[] }).seen;

describe('an alternative with a save-point', () => {
  const steps: ToyStep[] = [first, { name: 'label' }, pay, { name: 'ship', phase: 'pivot' }];
  const express: ToyAlternative = {
    insteadOf: 'ship',
    undoTo: 'first',
    steps: [{ name: 'express-label' }, { name: 'express', phase: 'pivot' }],
  };
  const refused = (alternatives: readonly ToyAlternative[] = [express]) =>
    rehearse(steps, alternatives).when('ship', rejects('FULL'));

  it('undoes what came after it in reverse, and then goes forward', () => {
    const saga = refused().run();
    expect(saga.told.slice(4)).toEqual(['undo pay', 'undo label', 'express-label', 'express']);
    expect(saga.row).toMatchObject({ status: 'completed', openEffects: 0 });
    expect(kinds(saga)).not.toContain('turned-back');
  });

  it('lets nobody read the results of what it has undone', () => {
    const saga = refused().run();
    expect(seen(saga, 'express-label')).toEqual(['first']);
    expect(seen(saga, 'express')).toEqual(['first', 'express-label']);
  });

  it('undoes the rest when the alternative fails as well', () => {
    const saga = refused().when('express', rejects('FULL')).run();
    expect(saga.compensations.map(({ step }) => step)).toEqual(['pay', 'label', 'express-label', 'first']);
    expect(saga.row.status).toBe('compensated');
  });

  it('keeps what was taken in the save-point’s own place', () => {
    const other = { insteadOf: 'label', steps: [{ name: 'other-label' }] };
    const saga = refused([other, { ...express, undoTo: 'label' }])
      .when('label', rejects('NO_PAPER'))
      .run();
    expect(saga.compensations.map(({ step }) => step)).toEqual(['pay']);
    expect(seen(saga, 'express-label').sort()).toEqual(['first', 'label', 'other-label']);
  });

  it('does not begin while one of them cannot be undone: it is retried, then parked, and a retry goes on', () => {
    const saga = refused().whenever('undo pay', isUnavailable()).finish();
    expect(saga.told).not.toContain('express-label');
    // What does not come after it is undone all the same.
    expect(saga.compensations.map(({ step }) => step)).toEqual(['label']);
    expect(saga.row).toMatchObject({
      status: 'parked',
      attention: { step: 'pay', errorCode: 'UNAVAILABLE' },
    });

    saga.whenever('undo pay', succeeds()).retry();
    expect(saga.row.status).toBe('completed');
  });

  it('gives way to a cancel, which undoes the rest and nothing twice', () => {
    const saga = refused().when('undo pay', hangs()).run();
    expect(saga.row).toMatchObject({ status: 'running', currentStep: 'pay' });

    saga.cancel().answer(succeeds());
    expect(saga.told).not.toContain('express-label');
    expect(saga.compensations.map(({ step }) => step)).toEqual(['pay', 'label', 'first']);
    expect(saga.state.cause?.type).toBe('cancelled');
  });

  it('gives way to the saga’s deadline', () => {
    const saga = rehearse(steps, [express], 5_000)
      .when('ship', rejects('FULL'))
      .when('undo pay', isUnavailable(), isUnavailable(), isUnavailable())
      .finish();
    expect(saga.state.cause?.type).toBe('deadline');
    expect(saga.compensations.map(({ step }) => step)).toEqual(['label', 'first', 'pay']);
  });

  it('is gone on with by whoever takes over', () => {
    const saga = refused().when('undo pay', hangs()).run().stimulate({ kind: 'lease-lost' });
    expect(saga.finish().row.status).toBe('completed');
    expect(saga.told).toContain('ask undo pay');
  });
});
