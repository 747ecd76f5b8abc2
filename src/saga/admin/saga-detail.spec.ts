import type { Entry, EntryBody } from '../engine/entries.js';
import type { RegisteredUndo, StoredError, UnitRef } from '../engine/state.js';
import { detailSaga, type StoredSaga } from './saga-detail.js';

const id = '019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f';
const at = (second: number) => new Date(Date.UTC(2026, 6, 15, 9, 30, second)).toISOString();

const broken: StoredError = {
  name: 'TypeError',
  code: null,
  message: 'It broke.',
  stack: 'TypeError: It broke.\n    at here',
  chain: ['Error: below'],
};
const declined: StoredError = {
  ...broken,
  name: 'Rejection',
  code: 'TOY.DECLINED',
  message: 'No.',
  chain: [],
};

const action = (name: string): UnitRef => ({ role: 'action', name });
const compensation = (name: string): UnitRef => ({ role: 'compensation', name });
const giveBack: RegisteredUndo = { command: 'toy.give-back.v1', input: { n: 1 }, kind: 'local', after: [] };

function intended(unit: UnitRef, undo: RegisteredUndo | null = null): EntryBody {
  return { kind: 'intended', unit, command: `toy.${unit.name}.v1`, input: { n: 1 }, reference: id, undo };
}
function succeeded(unit: UnitRef, undo: RegisteredUndo | null = null, pivot = false): EntryBody {
  return { kind: 'succeeded', unit, event: 'toy.done.v1', result: { ok: true }, undo, pivot, by: null };
}
function failed(unit: UnitRef, retryAt: string | null): EntryBody {
  return { kind: 'attempt-failed', unit, attempt: 1, error: broken, retryAt };
}
function turnedBack(step: string, index: number, type: 'rejected' | 'failed', error: StoredError): EntryBody {
  const { code, message } = error;
  return { kind: 'turned-back', cause: { type, step, index, code: code ?? 'SAGA.X', message, error } };
}

/** What operators see after these entries, one a second. Nobody here knows the definition. */
function report(entries: readonly EntryBody[], row: Partial<StoredSaga> = {}) {
  const started: EntryBody = {
    kind: 'started',
    ...{ id, definition: 'toy', version: 1, correlationId: 'c', input: {}, deadlineAt: at(50) },
  };
  const journal = [started, ...entries].map((entry, second): Entry[] => [{ at: at(second), ...entry }]);
  return detailSaga(null, {
    ...{ id, definition: 'toy', version: 1, status: 'running', currentStep: null, revision: 3 },
    ...{
      failedStep: null,
      errorCode: null,
      attentionSince: null,
      wakeAt: null,
      owner: null,
      ownedUntil: null,
      workers: 1,
      serving: 1,
      breaker: null,
      now: new Date(at(9)),
      createdAt: new Date(at(0)),
      updatedAt: new Date(at(9)),
      progress: null,
    },
    journal,
    ...row,
  });
}

describe('The detail of a saga', () => {
  it('tells when a step that backs off is tried again, and what held it up', () => {
    const saga = report([intended(action('take')), failed(action('take'), at(30))], { failedStep: 'take' });
    expect(saga.steps[0]).toMatchObject({
      status: 'retrying',
      attempts: 1,
      startedAt: at(1),
      finishedAt: null,
    });
    expect(saga.steps[0]?.error).toEqual({
      ...{ code: 'SAGA.UNCLASSIFIED', type: 'TypeError', message: 'It broke.' },
      ...{ stack: broken.stack, chain: ['Error: below'] },
    });
    expect(saga.nextAttemptAt).toBe(at(30));
    expect(saga.cause).toMatchObject({
      step: 'take',
      index: 0,
      code: 'SAGA.UNCLASSIFIED',
      type: 'TypeError',
    });
  });

  it('promises no attempt while the saga is paused or parked', () => {
    const backingOff = [intended(action('take')), failed(action('take'), at(30))];
    const paused = report([...backingOff, { kind: 'paused', by: 'ann', reason: 'wait' }]);
    expect(paused).toMatchObject({ status: 'paused', nextAttemptAt: null });
    const parked = report([...backingOff, { kind: 'parked', unit: action('take'), error: broken }]);
    expect(parked).toMatchObject({ status: 'parked', nextAttemptAt: null });
    expect(parked.steps[0]).toMatchObject({ status: 'parked' });
  });

  it('shows what would undo a step, until the pivot is passed', () => {
    const done = [intended(action('take')), succeeded(action('take'), giveBack), intended(action('send'))];
    expect(report(done).steps[0]?.compensation).toEqual({
      ...{ status: 'registered', attempts: 0, input: { n: 1 }, result: null, error: null },
      ...{ startedAt: null, finishedAt: null },
    });
    expect(report([...done, succeeded(action('send'), null, true)]).steps[0]?.compensation).toBeNull();
  });

  it('counts the deadline of a wait while it is nearer, and none on the way back', () => {
    const waiting: EntryBody[] = [{ kind: 'waiting', step: 'review', until: at(40) }];
    expect(report(waiting)).toMatchObject({ status: 'waiting', deadlineAt: at(40) });
    expect(report([intended(action('take'))]).deadlineAt).toBe(at(50));
    const late = report([
      ...waiting,
      { kind: 'wait-ended', step: 'review', how: 'deadline', event: null, result: null, pivot: false },
      turnedBack('review', 0, 'rejected', declined),
    ]);
    expect(late.deadlineAt).toBeNull();
    expect(late.steps[0]).toMatchObject({
      kind: 'wait',
      status: 'rejected',
      error: { code: 'TOY.DECLINED' },
    });
  });

  it('says what it waits for, and until when', () => {
    const waiting: EntryBody = {
      kind: 'waiting',
      step: 'review',
      until: at(40),
      for: ['toy.yes.v1', 'toy.no.v1'],
    };
    expect(report([waiting]).waitingFor).toEqual([
      { step: 'review', for: ['toy.yes.v1', 'toy.no.v1'], until: at(40) },
    ]);
    expect(report([{ kind: 'waiting', step: 'rest', until: at(30) }]).waitingFor).toEqual([
      { step: 'rest', for: [], until: at(30) },
    ]);
    const cancelled = { kind: 'wait-ended', step: 'review', how: 'cancelled', event: null } as const;
    const ended = report([waiting, { ...cancelled, result: null, pivot: false }]);
    expect(ended.waitingFor).toEqual([]);

    const pay = action('pay');
    const accepted = report([
      intended(pay),
      { kind: 'accepted', unit: pay, attempt: 1, until: at(45), askAt: at(20) },
    ]);
    expect(accepted.waitingFor).toEqual([{ step: 'pay', for: [], until: at(45) }]);
    expect(report([intended(pay)]).waitingFor).toEqual([]);
  });

  it('calls a step failed when it gave up and the saga turned back', () => {
    const saga = report([
      intended(action('take')),
      failed(action('take'), null),
      { kind: 'withdrawn', unit: action('take') },
      turnedBack('take', 0, 'failed', broken),
    ]);
    expect(saga.steps[0]?.status).toBe('failed');
    expect(saga.cause).toMatchObject({ step: 'take', index: 0, code: 'SAGA.X', type: 'TypeError' });
  });

  it('calls a step failed when it gave up and an alternative was taken in its place', () => {
    const saga = report([
      intended(action('take')),
      failed(action('take'), null),
      { kind: 'withdrawn', unit: action('take') },
      { kind: 'diverted', step: 'take', to: 'take-otherwise', replaces: ['take'], error: broken },
      intended(action('take-otherwise')),
    ]);
    expect(saga.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'take failed',
      'take-otherwise running',
    ]);
    expect(saga).toMatchObject({ status: 'running', cause: null });
  });

  it('tells of steps that were passed over and effects that were abandoned', () => {
    const saga = report([
      { kind: 'passed', step: 'review', why: 'small' },
      intended(action('take')),
      succeeded(action('take'), giveBack),
      { kind: 'abandoned', step: 'take', by: 'sue', reason: 'settled by hand' },
    ]);
    expect(saga.steps.map(({ index, name, status }) => [index, name, status])).toEqual([
      [0, 'review', 'passed'],
      [1, 'take', 'succeeded'],
    ]);
    expect(saga.steps[1]?.compensation?.status).toBe('abandoned');
  });

  it('collects what could not be undone, the closing command too, until it succeeds', () => {
    const closing: UnitRef = { role: 'closing', name: 'undone' };
    const way: EntryBody[] = [
      intended(action('take')),
      succeeded(action('take'), giveBack),
      intended(action('pay')),
      { kind: 'rejected', unit: action('pay'), event: null, error: declined },
      turnedBack('pay', 1, 'rejected', declined),
      intended(compensation('take')),
      failed(compensation('take'), at(30)),
    ];
    const stuck = report(way);
    expect(stuck.compensationErrors).toMatchObject([{ step: 'take', index: 0, type: 'TypeError' }]);
    expect(stuck.nextAttemptAt).toBe(at(30));
    const next = report([
      ...way,
      succeeded(compensation('take')),
      intended(closing),
      failed(closing, at(40)),
    ]);
    expect(next.compensationErrors).toMatchObject([{ step: 'undone', index: null, type: 'TypeError' }]);
    expect(next.steps[0]?.compensation).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(next.cause).toMatchObject({ step: 'pay', index: 1, code: 'TOY.DECLINED', type: 'Rejection' });
  });
});
