import {
  cannotSay,
  hangs,
  isUnavailable,
  losesItsAnswer,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyAlternative,
  type ToyStep,
} from '../testing/index.js';
import { decide } from './decide.js';
import { engineError } from './errors.js';
import type { UnitRef } from './state.js';
import { StimulusRefused, type Stimulus } from './stimulus.js';

const once = { maxAttempts: 1 };
const person = { by: 'sue', reason: 'asked by telephone' };
const terminate: Stimulus = { kind: 'terminate', ...person };
const skip = (step: string | null = null): Stimulus => ({
  kind: 'skip',
  ...person,
  result: { by: 'hand' },
  step,
});

const book: ToyStep = { name: 'book' };
const pay: ToyStep = { name: 'pay', kind: 'external', retry: once, undoRetry: once };
const ship: ToyStep = { name: 'ship', phase: 'pivot' };
const express: ToyAlternative = {
  insteadOf: 'ship',
  undoTo: 'book',
  steps: [
    { name: 'pay-express', kind: 'external', retry: once },
    { name: 'express', phase: 'pivot' },
  ],
};

const rehearse = (alternatives: readonly ToyAlternative[] = [express]) =>
  new Rehearsal(
    toyDefinition([book, pay, ship], { alternatives, closings: ['undoing', 'undone'] }),
    {},
  ).otherwiseSucceeding();
/** On its way to the save-point, where the payment cannot be given back. */
const stuck = () => rehearse().when('ship', rejects('FULL')).when('undo pay', isUnavailable()).run();

const abandoned = ({ state }: Rehearsal) =>
  state.steps.filter((step) => step.abandoned).map(({ name }) => name);
/** The code with which the decider refuses. */
function refusal(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof StimulusRefused) return error.code;
    throw error;
  }
  return 'not refused';
}
describe('a person, on the way to a save-point', () => {
  it('gives the outcome of what cannot be undone, and the alternative is taken', () => {
    const saga = stuck();
    expect(saga.row).toMatchObject({ status: 'parked', currentStep: 'pay', attention: { step: 'pay' } });
    expect(saga.stimulate(skip()).row.status).toBe('completed');
    expect(saga.told.slice(-2)).toEqual(['pay-express', 'express']);
  });

  it('reads in the report what holds the saga up, and which steps lie on its path', () => {
    const { report } = stuck();
    expect(report).toMatchObject({ failedStep: 'pay', cause: { code: 'UNAVAILABLE' }, failedIndex: 1 });
    expect(report.summary).toMatch(/^toy v1 failed at pay \(step 2 of 5\): UNAVAILABLE/);
    expect(report.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'book succeeded',
      'pay succeeded',
      'ship rejected',
      'pay-express pending',
      'express pending',
    ]);
  });

  it('ends it, with all that stands abandoned by name', () => {
    const saga = stuck();
    saga.stimulate(terminate);
    expect(abandoned(saga)).toEqual(['book', 'pay']);
    expect(saga.row).toMatchObject({ status: 'terminated', openEffects: 0 });
    expect(saga.state.cause?.error?.chain).toEqual(['Error: Try again later.']);
    expect(saga.told.slice(-2)).toEqual(['tell undoing', 'tell undone']);
  });

  it('does not end it, nor settle a unit of it, while the other side is asked what became of that', () => {
    const saga = rehearse()
      .when('ship', rejects('FULL'))
      .when('undo pay', losesItsAnswer())
      .when('ask undo pay', cannotSay(), hangs())
      .run();
    expect(refusal(() => saga.stimulate(terminate))).toBe('SAGA.OUTCOME_UNKNOWN');
    expect(refusal(() => saga.stimulate(skip()))).toBe('SAGA.OUTCOME_UNKNOWN');
  });

  it('turns it back at once, also while the other side is asked: undoing goes on as it is', () => {
    const saga = rehearse()
      .when('ship', rejects('FULL'))
      .when('undo pay', losesItsAnswer())
      .when('ask undo pay', cannotSay(), succeeds())
      .run();

    saga.cancel();
    expect(saga.row.status).toBe('compensating');
    expect(saga.compensations.map(({ step }) => step)).toContain('book');
    expect(saga.finish().row.status).toBe('compensated');
    expect(saga.told).not.toContain('pay-express');
  });
});

describe('a person, at an alternative', () => {
  it('gives the outcome of a step of it, and the saga goes on along it', () => {
    const saga = rehearse().when('ship', rejects('FULL')).when('pay-express', isUnavailable()).run();
    expect(saga.row).toMatchObject({ status: 'parked', currentStep: 'pay-express' });

    expect(saga.stimulate(skip('pay-express')).row.status).toBe('completed');
    expect(saga.told.at(-1)).toBe('express');
  });

  it('cannot settle a step any more in whose place it was taken', () => {
    const saga = rehearse().when('ship', rejects('FULL')).when('pay-express', isUnavailable()).run();
    expect(refusal(() => saga.stimulate(skip('ship')))).toBe('SAGA.NOT_STUCK');
    expect(refusal(() => saga.stimulate(skip('pay')))).toBe('SAGA.NOT_STUCK');
  });

  it('ends it: what was undone for it is not abandoned, what stands on its path is', () => {
    const saga = rehearse().when('ship', rejects('FULL')).when('express', isUnavailable()).run();
    saga.stimulate(terminate);
    expect(abandoned(saga)).toEqual(['book', 'pay-express']);
    expect(saga.row.status).toBe('terminated');
  });
});

describe('whom a step calls is out of order', () => {
  const down = engineError('DOWN', 'It is down.');
  const hold = (saga: Rehearsal, unit: UnitRef, made: boolean) =>
    saga.stimulate({ kind: 'held', unit, dependency: 'outside', error: down, made });
  const patient: ToyStep = { name: 'pay', kind: 'external' };
  const failedOnce = (...on: string[]) =>
    new Rehearsal(
      toyDefinition([book, patient], {
        alternatives: [{ insteadOf: 'pay', steps: [{ name: 'pay-later' }], ...(on.length > 0 && { on }) }],
      }),
      {},
    )
      .otherwiseSucceeding()
      .when('pay', isUnavailable('BUSY'))
      .run();

  it('takes the alternative that names the very code of the failure, and holds for any other', () => {
    const taken = hold(failedOnce('DOWN'), { role: 'action', name: 'pay' }, true);
    expect(taken.told).toContain('pay-later');
    expect(taken.row).toMatchObject({ status: 'completed', heldFor: null });

    const waits = hold(failedOnce(), { role: 'action', name: 'pay' }, true);
    expect(waits.told).not.toContain('pay-later');
    expect(waits.row.heldFor).toBe('outside');
  });

  it('holds what is undone towards a save-point, and goes on once it is back', () => {
    const steps: ToyStep[] = [book, patient, { name: 'note', kind: 'external' }, ship];
    const saga = new Rehearsal(toyDefinition(steps, { alternatives: [express] }), {})
      .otherwiseSucceeding()
      .when('ship', rejects('FULL'))
      .when('undo note', losesItsAnswer())
      .when('ask undo note', cannotSay())
      .when('undo pay', isUnavailable())
      .run();
    hold(saga, { role: 'compensation', name: 'note' }, false);
    hold(saga, { role: 'compensation', name: 'pay' }, false);
    expect(saga.row).toMatchObject({ status: 'running', currentStep: 'note', heldFor: 'outside' });
    expect(saga.told).not.toContain('pay-express');

    saga.when('ask undo note', succeeds()).stimulate({ kind: 'released' });
    expect(saga.row.status).toBe('completed');
    expect(saga.told.slice(-2)).toEqual(['pay-express', 'express']);
  });

  it('lets what else is undone towards the save-point go on while one of them is held as unknown', () => {
    const steps: ToyStep[] = [book, { name: 'note' }, patient, ship];
    const saga = new Rehearsal(toyDefinition(steps, { alternatives: [express] }), {})
      .otherwiseSucceeding()
      .when('ship', rejects('FULL'))
      .when('undo pay', losesItsAnswer())
      .when('ask undo pay', hangs())
      .run();
    const unit = { role: 'compensation', name: 'pay' } as const;
    const held = { kind: 'held', unit, dependency: 'outside', error: down, made: false } as const;
    const { entries } = decide(saga.definition, saga.state, held, {
      now: saga.now,
      newId: () => 'an-id',
      random: () => 0.5,
    });
    expect(entries).toMatchObject([
      { kind: 'held', unit },
      { kind: 'intended', unit: { role: 'compensation', name: 'note' } },
    ]);
  });
});
