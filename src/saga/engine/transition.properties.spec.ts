import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { verifyDefinition, type Reaction, type SagaDefinition } from '../definition/index.js';
import { toyDefinition, type ToyStep } from '../testing/index.js';
import { begin, decide, proceed } from './decide.js';
import type { Entry } from './entries.js';
import { evolve, fold } from './evolve.js';
import { instanceRow } from './instance-row.js';
import { dueUnits, next } from './next.js';
import { isOpen, unitOf, type SagaState, type UnitRef } from './state.js';
import { StimulusRefused, type Stimulus } from './stimulus.js';

/** What may happen next in a generated history. */
type Move =
  | { readonly move: 'go'; readonly answer: number; readonly luck: boolean }
  | { readonly move: 'wait'; readonly ms: number }
  | { readonly move: 'happen'; readonly what: number };

const policy = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  whenExhausted: fc.constantFrom('park' as const, 'compensate' as const),
  reactions: fc.constantFrom<Record<string, Reaction>>({}, { GONE: 'park' }, { GONE: 'compensate' }),
});
const shape = fc.record({
  kind: fc.constantFrom('local' as const, 'external' as const, 'wait' as const),
  undo: fc.boolean(),
  undoKind: fc.constantFrom('local' as const, 'external' as const),
  comesAfter: fc.boolean(),
  passedOver: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  rejects: fc.boolean(),
  retry: policy,
});
type Shape = typeof shape extends fc.Arbitrary<infer S> ? S : never;

const definitions = fc
  .record({
    before: fc.array(shape, { maxLength: 5 }),
    pivot: fc.option(shape),
    after: fc.array(shape, { maxLength: 2 }),
    closings: fc.subarray(['undoing' as const, 'undone' as const]),
    deadlineMs: fc.option(fc.integer({ min: 1, max: 30_000 })),
  })
  .filter(({ before, pivot, after }) => before.length + after.length + (pivot ? 1 : 0) > 0)
  .map(({ before, pivot, after, closings, deadlineMs }) => {
    const steps = [
      ...before.map((one, index) => compensatable(one, index, before)),
      ...(pivot
        ? [{ ...plain(pivot, 'pivot'), phase: 'pivot' as const, undo: pivot.kind === 'external' }]
        : []),
      ...after.map((one, index): ToyStep => {
        const kind = one.kind === 'wait' ? 'local' : one.kind;
        const retry = { maxAttempts: one.retry.maxAttempts };
        return { name: `after-${index}`, kind, phase: 'retriable', retry };
      }),
    ];
    return toyDefinition(steps, { closings, deadlineMs });
  });

function plain({ kind, undoKind, rejects, retry }: Shape, name: string): ToyStep {
  return { name, kind, undoKind, rejects, retry, deadlineMs: 20_000, undoRetry: { maxAttempts: 3 } };
}

function compensatable(one: Shape, index: number, all: readonly Shape[]): ToyStep {
  const later = all.flatMap(({ kind, undo }, at) =>
    at > index && undo && kind !== 'wait' ? [`before-${at}`] : [],
  );
  return {
    ...plain(one, `before-${index}`),
    undo: one.undo && one.kind !== 'wait',
    after: one.comesAfter ? later.slice(0, 1) : [],
    skipWhen: one.passedOver ? () => true : null,
  };
}

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ move: fc.constant('go' as const), answer: fc.nat(9), luck: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ move: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ move: fc.constant('happen' as const), what: fc.nat(8) }) },
  ),
  { maxLength: 60 },
);

/** A saga, and the world outside as it really is: what took effect there, whatever the saga was told. */
class History {
  readonly journal: Entry[] = [];
  state: SagaState;
  private clock = Date.parse('2026-01-01T00:00:00.000Z');
  private ids = 0;
  private readonly took = new Set<string>();

  constructor(readonly definition: SagaDefinition) {
    const { started } = begin(definition, { id: 'saga', correlationId: 'order', input: {} }, this.env);
    this.journal.push(started);
    this.state = fold([started]);
    this.take(proceed(definition, this.state, this.env));
  }

  get env() {
    return { now: new Date(this.clock).toISOString(), newId: () => `id-${++this.ids}`, random: () => 0.5 };
  }

  play(move: Move): void {
    if (move.move === 'wait') this.clock += move.ms;
    else if (move.move === 'happen') this.happen(move.what);
    else this.go(move.answer, move.luck);
  }

  /** Everything goes well from here, and people do their part. */
  settle(): void {
    for (let turns = 0; !this.state.end; turns++) {
      if (turns > 300) throw new Error(`never ends: ${JSON.stringify(this.state)}`);
      const { status, wakeAt } = instanceRow(this.definition, this.state, this.env.now);
      const person = { by: 'operator', reason: 'free it' };
      const waits = this.state.steps.find(({ wait }) => wait && !wait.ended);
      if (status === 'paused') this.stimulate({ kind: 'resume', ...person });
      else if (status === 'parked') this.stimulate({ kind: 'retry', ...person });
      else if (next(this.definition, this.state, this.env.now).do !== 'rest') this.go(9, true);
      else if (waits) this.stimulate({ kind: 'event', event: `came-${waits.name}`, data: {} });
      else if (wakeAt) this.clock = Date.parse(wakeAt);
      else throw new Error('nobody owns it');
    }
  }

  /** Effects of calls that stand although the saga was undone. */
  forgottenEffects(): string[] {
    return this.state.steps.flatMap(({ name, action, compensation }) =>
      action && this.took.has(action.reference) && compensation?.status !== 'succeeded' && this.canUndo(name)
        ? [name]
        : [],
    );
  }

  private canUndo(name: string): boolean {
    const step = this.definition.steps.find((one) => one.name === name)!;
    return step.phase === 'pivot' || this.definition.compensations.some((one) => one.step === name);
  }

  private go(answer: number, luck: boolean): void {
    const directive = next(this.definition, this.state, this.env.now);
    if (directive.do === 'rest') return;
    if (directive.do === 'tick') {
      const { length } = this.journal;
      this.stimulate({ kind: 'tick' });
      if (this.journal.length === length) throw new Error('a tick that was asked for changed nothing');
      return;
    }
    const { unit, kind } = directive;
    const { reference, sent } = unitOf(this.state, unit)!;
    const asks = directive.do === 'resolve' || (kind === 'external' && sent);
    if (asks && this.asked(unit, reference, answer, directive.do === 'resolve')) return;
    this.stimulate(this.called(unit, reference, kind === 'external', answer, luck));
  }

  /** True when the question settles the turn; false: there is no trace and it is called anew. */
  private asked(unit: UnitRef, reference: string, answer: number, only: boolean): boolean {
    const error = errorOf('ASKING');
    if (answer === 0) this.stimulate({ kind: 'resolve-failed', unit, error });
    else if (answer === 1) this.stimulate({ kind: 'lease-lost' });
    else if (this.took.has(reference)) this.stimulate(outcome(unit));
    else if (only || answer === 2) this.stimulate({ kind: 'absent', unit, mayRepeat: answer !== 2 });
    else return false;
    return true;
  }

  private called(
    unit: UnitRef,
    reference: string,
    external: boolean,
    answer: number,
    luck: boolean,
  ): Stimulus {
    const error = errorOf(luck ? 'GONE' : 'BUSY');
    // The other side honours the key: what it has done it answers again, and does not refuse.
    const done = external && this.took.has(reference);
    if (answer === 0 && !done) return { kind: 'rejection', unit, error: errorOf('NO') };
    if (answer === 1) return { kind: 'attempt-failed', unit, error, sent: false, retryAfterMs: null };
    if (external && (luck || answer > 4)) this.took.add(reference);
    if (answer === 2) return { kind: 'lease-lost' };
    if (answer === 3 && external) return { kind: 'unknown', unit, error };
    if (answer === 4) return { kind: 'attempt-failed', unit, error, sent: external, retryAfterMs: 500 };
    if (external) this.took.add(reference);
    return outcome(unit);
  }

  private happen(what: number): void {
    const person = { by: 'somebody', reason: 'for a reason' };
    const wait = this.state.steps.find((step) => step.wait)?.name ?? 'nothing';
    const settled = this.state.steps.find(({ action }) => action?.finishedAt);
    const stimuli: Stimulus[] = [
      { kind: 'cancel', ...person, code: 'CANCELLED', type: 'cancelled' },
      { kind: 'retry', ...person },
      { kind: 'pause', ...person },
      { kind: 'resume', ...person },
      { kind: 'event', event: `came-${wait}`, data: {} },
      { kind: 'event', event: `declined-${wait}`, data: { code: 'DECLINED', message: 'No.' } },
      { kind: 'tick' },
      { kind: 'mapping-failed', error: errorOf('MAPPING') },
      outcome({ role: 'action', name: settled?.name ?? 'nowhere' }),
    ];
    this.stimulate(stimuli[what]!);
  }

  private stimulate(stimulus: Stimulus): void {
    try {
      this.take(decide(this.definition, this.state, stimulus, this.env));
    } catch (error) {
      if (!(error instanceof StimulusRefused)) throw error;
    }
  }

  private take({ entries, state }: { entries: readonly Entry[]; state: SagaState }): void {
    entries.reduce((before, entry) => {
      checkUndoOrder(before, entry);
      return evolve(before, entry);
    }, this.state);
    this.journal.push(...entries);
    this.state = state;
    this.check();
  }

  private check(): void {
    const { state, definition, journal } = this;
    const stored = JSON.parse(JSON.stringify(journal)) as Entry[];
    must(isDeepStrictEqual(stored, journal), 'entries survive being stored');
    must(isDeepStrictEqual(fold(stored), state), 'the fold of the journal is the state');
    const row = instanceRow(definition, state, this.env.now);
    const owned = row.runnable || row.wakeAt !== null || ['waiting', 'parked', 'paused'].includes(row.status);
    must(state.end !== null || owned, `somebody owns it: ${JSON.stringify(row)}`);
    must(state.end === null || (row.openEffects === 0 && !row.runnable && !row.wakeAt), 'an end is an end');
    must(
      state.end !== null || !['completed', 'compensated'].includes(row.status),
      'only an end looks like one',
    );
    must(!(state.pivotPassed && state.cause), 'nothing turns back after the pivot');
    const pending = state.steps.some(
      ({ action }) => action?.status === 'intended' || action?.status === 'unknown',
    );
    must(!(state.cause && pending), 'nothing goes forward on the way back');
    must(
      !state.fault || next(definition, state, this.env.now).do !== 'execute',
      'a faulty saga does nothing',
    );
    must(dueUnits(state, this.env.now).length <= 1 || state.cause !== null, 'forward goes one by one');
  }
}

/** The latest effect is undone first, unless its compensation has to come after one that is still open. */
function checkUndoOrder(before: SagaState, entry: Entry): void {
  if (entry.kind !== 'intended' || entry.unit.role !== 'compensation') return;
  must(!before.pivotPassed, 'nothing after the pivot is undone');
  const names = before.steps.map((step) => step.name);
  const open = new Set(before.steps.filter(isOpen).map((step) => step.name));
  for (const later of before.steps.slice(names.indexOf(entry.unit.name) + 1)) {
    const overtaken = isOpen(later) && later.compensation === null;
    must(!overtaken || later.undo!.after.some((name) => open.has(name)), 'undoing goes in reverse');
  }
}

function outcome(unit: UnitRef): Stimulus {
  return { kind: 'outcome', unit, event: `did-${unit.name}`, result: { of: unit.name } };
}

const errorOf = (code: string) => ({ name: 'Error', code, message: code, stack: null, chain: [] });

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Broken: ${what}`);
}

describe('the transition function, over generated definitions and histories', () => {
  it('always ends completed or compensated, owned on the way, with everything undone in reverse', () => {
    fc.assert(
      fc.property(definitions, moves, (definition, history) => {
        expect(verifyDefinition(definition)).toEqual([]);
        const saga = new History(definition);
        for (const move of history) saga.play(move);
        saga.settle();

        expect(saga.state.end).toBe(saga.state.cause ? 'compensated' : 'completed');
        expect(saga.state.cause ? saga.forgottenEffects() : []).toEqual([]);
        if (
          saga.journal.every(({ kind }) => !['attempt-failed', 'outcome-unknown', 'parked'].includes(kind))
        ) {
          const order = saga.journal.flatMap((entry) =>
            entry.kind === 'succeeded' && entry.unit.role === 'compensation' ? [entry.unit.name] : [],
          );
          expect(order).toEqual(
            saga.state.steps
              .map(({ name }) => name)
              .filter((name) => order.includes(name))
              .reverse(),
          );
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
