import type { SagaDefinition } from '../definition/index.js';
import { begin, decide, proceed } from '../engine/decide.js';
import type { Entry } from '../engine/entries.js';
import { engineError } from '../engine/errors.js';
import { evolve, fold } from '../engine/evolve.js';
import { instanceRow } from '../engine/instance-row.js';
import { directives, next } from '../engine/next.js';
import { openWaits, unitOf, type SagaState, type UnitRef } from '../engine/state.js';
import { StimulusRefused, type Stimulus } from '../engine/stimulus.js';
import { checkGivenUp, checkHold, checkState, checkUndoOrder } from './invariants.js';

/** What may happen next in a generated history. */
export type Move =
  | { readonly move: 'go'; readonly answer: number; readonly luck: boolean }
  | { readonly move: 'wait'; readonly ms: number }
  | { readonly move: 'happen'; readonly what: number }
  /** Whom the next unit calls is out of order. */
  | { readonly move: 'hold'; readonly made: boolean };

/** A saga, and the world outside as it really is: what took effect there, whatever the saga was told. */
export class History {
  readonly journal: Entry[] = [];
  state: SagaState;
  private clock = Date.parse('2026-01-01T00:00:00.000Z');
  private ids = 0;
  private readonly took = new Set<string>();
  /** Accepted, and not decided on: it may take effect at any moment, unless it is withdrawn. */
  private readonly undecided = new Set<string>();

  /** @param definition the version that it has now; `move` changes it */
  constructor(public definition: SagaDefinition) {
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
    else if (move.move === 'hold') this.hold(move.made);
    else this.go(move.answer, move.luck);
  }

  /** Lets it go on under another version. @returns why it may not; null: it does */
  move(to: SagaDefinition): StimulusRefused | null {
    const from = this.definition;
    try {
      const moved = decide(
        from,
        this.state,
        { kind: 'move', to, by: 'supervisor', reason: 'mended' },
        this.env,
      );
      this.definition = to;
      this.take(moved);
      return null;
    } catch (error) {
      if (!(error instanceof StimulusRefused)) throw error;
      return error;
    }
  }

  /** Everything goes well from here, and people do their part. */
  settle(): void {
    for (let turns = 0; !this.state.end; turns++) {
      if (turns > 300) throw new Error(`never ends: ${JSON.stringify(this.state)}`);
      const { status, wakeAt } = instanceRow(this.definition, this.state, this.env.now);
      const person = { by: 'operator', reason: 'free it' };
      const waits = openWaits(this.state).find(({ wait }) => wait.for.length > 0);
      if (status === 'paused') this.stimulate({ kind: 'resume', ...person });
      else if (status === 'parked') this.stimulate({ kind: 'retry', ...person });
      else if (next(this.definition, this.state, this.env.now).do !== 'rest') this.go(9, true);
      else if (waits) this.stimulate(this.event(`came-${waits.name}`));
      else if (wakeAt) this.clock = Date.parse(wakeAt);
      else throw new Error('nobody owns it');
    }
  }

  /**
   * Effects of calls that stand although the saga, or an alternative's way to its save-point, undid them, and that
   * nobody has abandoned by name.
   */
  forgottenEffects(): string[] {
    return this.state.steps.flatMap(({ name, action, compensation, replacedBy, abandoned }) => {
      if (!this.state.cause && replacedBy === null) return [];
      const stands = action && this.took.has(action.reference) && compensation?.status !== 'succeeded';
      return stands && !abandoned && this.canUndo(name) ? [name] : [];
    });
  }

  private canUndo(name: string): boolean {
    const step = this.definition.steps.find((one) => one.name === name)!;
    return step.phase === 'pivot' || this.definition.compensations.some((one) => one.step === name);
  }

  private go(answer: number, luck: boolean): void {
    const todo = directives(this.definition, this.state, this.env.now);
    const directive = todo[answer % todo.length];
    if (!directive || directive.do === 'rest') return this.hear(answer);
    if (directive.do === 'begin') return this.stimulate({ kind: 'begin', unit: directive.unit });
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

  /** What somebody decides for a saga that waits; most often nothing yet. */
  private hear(answer: number): void {
    const waits = this.state.steps.find(({ wait }) => wait && !wait.ended)?.name;
    if (waits === undefined || (answer !== 0 && answer !== 9)) return;
    if (answer === 0) this.stimulate(this.event(`declined-${waits}`));
    else this.stimulate(this.event(`came-${waits}`));
  }

  /** True when the question settles the turn; false: there is no trace and it is called anew. */
  private asked(unit: UnitRef, reference: string, answer: number, only: boolean): boolean {
    const error = failure('ASKING');
    if (answer === 0) this.stimulate({ kind: 'resolve-failed', unit, error });
    else if (answer === 1) this.stimulate({ kind: 'lease-lost' });
    else if (this.undecided.has(reference)) this.stimulate(this.decided(unit, reference, answer));
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
    const error = failure(luck ? 'GONE' : 'BUSY');
    // The other side honours the key: what it has done it answers again, and does not refuse.
    const done = external && this.took.has(reference);
    if (answer === 0 && !done) return { kind: 'rejection', unit, error: failure('NO') };
    if (answer === 1) return { kind: 'attempt-failed', unit, error, sent: false, retryAfterMs: null };
    if (external && (luck || answer > 4)) this.took.add(reference);
    if (answer === 2) return { kind: 'lease-lost' };
    if (answer === 3 && external) return { kind: 'unknown', unit, error };
    if (answer === 5 && external && !done) {
      this.undecided.add(reference);
      return { kind: 'accepted', unit, error };
    }
    if (answer === 4) return { kind: 'attempt-failed', unit, error, sent: external, retryAfterMs: 500 };
    if (external) this.took.add(reference);
    return outcome(unit);
  }

  private hold(made: boolean): void {
    const directive = directives(this.definition, this.state, this.env.now).at(-1);
    if (
      !directive ||
      (directive.do !== 'execute' && directive.do !== 'resolve') ||
      directive.kind !== 'external'
    )
      return;
    const error = failure(made ? 'GONE' : 'BUSY');
    this.stimulate({ kind: 'held', unit: directive.unit, dependency: 'outside', error, made });
  }

  /** What the other side says, when it is asked, of what it has accepted. */
  private decided(unit: UnitRef, reference: string, answer: number): Stimulus {
    if (answer < 5) return { kind: 'accepted', unit, error: failure('PENDING') };
    this.undecided.delete(reference);
    if (answer > 5) return outcome(unit);
    this.took.delete(reference);
    return { kind: 'rejection', unit, error: failure('NO') };
  }

  private happen(what: number): void {
    const person = { by: 'somebody', reason: 'for a reason' };
    const waits = this.definition.steps.filter(({ kind }) => kind === 'wait').map(({ name }) => name);
    const wait = this.state.steps.find((step) => step.wait)?.name ?? 'nothing';
    // Often one that has yet to begin.
    const last = waits.at(-1) ?? 'nothing';
    const settled = this.state.steps.find(({ action }) => action?.finishedAt);
    const stimuli: Stimulus[] = [
      { kind: 'cancel', ...person, code: 'CANCELLED', type: 'cancelled' },
      { kind: 'retry', ...person },
      { kind: 'pause', ...person },
      { kind: 'resume', ...person },
      this.event(`came-${wait}`),
      this.event(`declined-${wait}`),
      { kind: 'tick' },
      { kind: 'mapping-failed', error: failure('MAPPING') },
      outcome({ role: 'action', name: settled?.name ?? 'nowhere' }),
      { kind: 'released' },
      { kind: 'skip', ...person, result: { of: 'a person' }, step: null },
      { kind: 'terminate', ...person },
      { kind: 'notice', reference: this.state.steps.at(-1)?.action?.reference ?? 'none', by: 'outside' },
      this.event(`came-${wait}`, 'told-twice'),
      this.event(`came-${last}`),
      this.event(`came-${last}`, 'told-before'),
      { kind: 'roll-over' },
      this.event('word'),
      this.event('word', 'word-twice'),
    ];
    this.stimulate(stimuli[what]!);
  }

  private event(event: string, id = `event-${++this.ids}`): Stimulus {
    const data = { code: 'DECLINED', message: 'No.' };
    return { kind: 'event', id, event, data, at: this.env.now };
  }

  private stimulate(stimulus: Stimulus): void {
    try {
      this.take(decide(this.definition, this.state, stimulus, this.env));
    } catch (error) {
      if (!(error instanceof StimulusRefused)) throw error;
    }
  }

  private take({ entries, state }: { entries: readonly Entry[]; state: SagaState }): void {
    checkGivenUp(this.state, entries);
    entries.reduce((before, entry) => {
      checkUndoOrder(before, entry);
      const after = evolve(before, entry);
      checkHold(before, entry, after);
      return after;
    }, this.state);
    this.journal.push(...entries);
    this.state = state;
    checkState(this.definition, this.journal, this.state, this.env.now);
  }
}

function outcome(unit: UnitRef): Stimulus {
  return { kind: 'outcome', unit, event: `did-${unit.name}`, result: { of: unit.name } };
}

function failure(code: string) {
  return engineError(code, code);
}
