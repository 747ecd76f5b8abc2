import { construct, type MessageClass, type SagaDefinition } from '../definition/index.js';
import { begin, decide, proceed, type Decision } from '../engine/decide.js';
import type { Entry } from '../engine/entries.js';
import { storeError } from '../engine/errors.js';
import { fold } from '../engine/evolve.js';
import { instanceRow, type InstanceRow } from '../engine/instance-row.js';
import { next, type Directive } from '../engine/next.js';
import { unitOf, type SagaState, type UnitRef } from '../engine/state.js';
import type { Env, Heard, Stimulus } from '../engine/stimulus.js';
import { reportSaga, type SagaReport } from '../report/index.js';
import type { Answer } from './answers.js';
import { checkFold } from './invariants.js';
import {
  compensationsIn,
  type RehearsalOptions,
  type RehearsedCall,
  type RehearsedCompensation,
} from './rehearsed.js';
import { labelOf, Script } from './script.js';
import { stimulusOf, unitDefinition } from './stimulus-of.js';

/** More turns than any honest run needs: a saga that never rests is a fault. */
const mostTurns = 1_000;

/**
 * A definition run in memory with scripted handlers and a clock of its own: no database, no framework, the real
 * decider. A call that was not scripted fails; `assertAllUsed` fails for answers that nobody asked for. Every
 * journal is also folded anew after each decision, from its JSON, and must give the state that the run has.
 */
export class Rehearsal {
  readonly journal: Entry[] = [];
  readonly calls: RehearsedCall[] = [];
  /** What became of the events from outside, in order. */
  readonly heard: Heard[] = [];
  private readonly script: Script;
  private readonly startedAt: number;
  private readonly random: () => number;
  private clock: number;
  private ids = 0;
  private current: SagaState;
  /** What hangs, by the reference of its unit. */
  private readonly underWay = new Map<string, { readonly unit: UnitRef; readonly asking: boolean }>();

  /** @throws the input schema's error */
  constructor(
    readonly definition: SagaDefinition,
    input: unknown,
    options: RehearsalOptions = {},
  ) {
    this.script = new Script(definition);
    this.clock = this.startedAt = Date.parse(options.startAt ?? '2026-01-01T00:00:00.000Z');
    this.random = options.random ?? (() => 0);
    const saga = {
      id: this.env.newId(),
      correlationId: 'rehearsal',
      input: definition.inputSchema.parse(input),
    };
    const { started } = begin(definition, saga, this.env);
    this.journal.push(started);
    this.current = fold([started]);
    this.take(proceed(definition, this.current, this.env));
  }

  /** The next answers of a unit, in order, each once. */
  when(label: string, ...answers: Answer[]): this {
    this.script.queue(label, answers);
    return this;
  }

  /** The answer of a unit whenever nothing else is scripted for it. */
  whenever(label: string, answer: Answer): this {
    this.script.stand(label, answer);
    return this;
  }

  /** Whatever is not scripted succeeds, with these results by label; and asking finds no trace. */
  otherwiseSucceeding(results: Readonly<Record<string, unknown>> = {}): this {
    this.script.succeedByDefault(results);
    return this;
  }

  /** Does what is due now; the clock stands still. */
  run(): this {
    for (let turns = 0; this.turn(); turns++) {
      if (turns > mostTurns) throw new Error('The saga never rests.');
    }
    return this;
  }

  /** Lets the clock go on and does what falls due on the way, each thing at its time. */
  advance(ms: number): this {
    const until = this.clock + ms;
    this.run();
    for (let wakeAt = this.wakeAt(); wakeAt !== null && wakeAt <= until; wakeAt = this.wakeAt()) {
      this.passTo(wakeAt);
      this.run();
    }
    this.passTo(until);
    return this.run();
  }

  /** Lets the clock go on until nothing more happens by itself: an end, a person's turn, or an answer that hangs. */
  finish(): this {
    this.run();
    for (let turns = 0, wakeAt = this.wakeAt(); wakeAt !== null; turns++, wakeAt = this.wakeAt()) {
      if (turns > mostTurns) throw new Error('The saga never ends.');
      this.passTo(wakeAt);
      this.run();
    }
    return this;
  }

  /**
   * Answers what hangs, and goes on.
   * @param label which of several; default: the one that has hung longest
   */
  answer(answer: Answer, label: string | null = null): this {
    const [found] = [...this.underWay].filter(
      ([, { unit }]) => label === null || labelOf(unit, this.current) === label,
    );
    if (!found) throw new Error(label === null ? 'Nothing is under way.' : `"${label}" is not under way.`);
    const [reference, { unit, asking }] = found;
    this.underWay.delete(reference);
    this.receive(unit, asking, answer);
    return this.run();
  }

  /** @throws StimulusRefused when it does not apply */
  stimulate(stimulus: Stimulus): this {
    if (stimulus.kind === 'lease-lost') this.underWay.clear();
    this.take(decide(this.definition, this.current, stimulus, this.env));
    return this.run();
  }

  cancel(reason = 'changed my mind'): this {
    return this.stimulate({
      kind: 'cancel',
      by: 'customer',
      reason,
      code: 'ORDERS.CANCELLED_BY_CUSTOMER',
      type: 'cancelled',
    });
  }

  retry(): this {
    return this.stimulate({ kind: 'retry', by: 'operator', reason: 'mended' });
  }

  /** The other side says that there is news of a unit that was called. */
  notice(label: string): this {
    const call = this.calls.findLast((one) => one.label === label);
    if (!call) throw new Error(`"${label}" was not called yet.`);
    return this.stimulate({ kind: 'notice', reference: call.reference, by: 'the other side' });
  }

  /**
   * An event from outside, now; its data is checked against its schema.
   * @param id names it; default: one of its own
   * @throws StimulusRefused when the definition says nothing about it
   */
  event(type: MessageClass, data: unknown, id = this.env.newId()): this {
    const { now: at } = this.env;
    const stimulus = {
      kind: 'event',
      id,
      event: type.wireName,
      data: construct(type, data).data,
      at,
    } as const;
    const decision = decide(this.definition, this.current, stimulus, this.env);
    this.take(decision);
    if (decision.heard) this.heard.push(decision.heard);
    return this.run();
  }

  get state(): SagaState {
    return this.current;
  }

  get row(): InstanceRow {
    return instanceRow(this.definition, this.current, this.env.now);
  }

  get now(): string {
    return this.env.now;
  }

  /** Segments of the journal so far. */
  get segments(): number {
    return this.current.segment.number;
  }

  /** Labels of the calls so far, in order. */
  get told(): string[] {
    return this.calls.map(({ label }) => label);
  }

  /** Milliseconds since the start at which a unit was called. */
  timesOf(label: string): number[] {
    return this.calls.filter((call) => call.label === label).map(({ atMs }) => atMs);
  }

  /** Compensations that succeeded, in that order, with their inputs and results. */
  get compensations(): RehearsedCompensation[] {
    return compensationsIn(this.journal, this.current);
  }

  /** How the saga stands and what went wrong, as operators and whoever waits for it would be told. */
  get report(): SagaReport {
    return reportSaga(this.definition, this.current);
  }

  /** @throws Error for scripted answers that nobody asked for */
  assertAllUsed(): this {
    const left = this.script.left();
    if (left.length > 0) throw new Error(`Missing calls: ${left.join(', ')}.`);
    return this;
  }

  private get env(): Env {
    return {
      now: new Date(this.clock).toISOString(),
      newId: () => `00000000-0000-7000-8000-${String(++this.ids).padStart(12, '0')}`,
      random: this.random,
    };
  }

  /** Lets the clock go on to a time; on the way the journal continues in new segments, each at its time. */
  private passTo(time: number): void {
    const { everyMs } = this.definition.rollover;
    for (let due = Date.parse(this.current.segment.at) + everyMs; due <= time; due += everyMs) {
      if (this.current.end) break;
      this.clock = Math.max(this.clock, due);
      this.take(decide(this.definition, this.current, { kind: 'roll-over' }, this.env));
    }
    this.clock = Math.max(this.clock, time);
  }

  private wakeAt(): number | null {
    const directive = this.next();
    return directive.do === 'rest' && directive.wakeAt ? Date.parse(directive.wakeAt) : null;
  }

  private next(): Directive {
    return next(this.definition, this.current, this.env.now, new Set(this.underWay.keys()));
  }

  private turn(): boolean {
    const directive = this.next();
    if (directive.do === 'rest') return false;
    if (directive.do === 'begin') {
      this.take(decide(this.definition, this.current, { kind: 'begin', unit: directive.unit }, this.env));
      return true;
    }
    if (directive.do !== 'tick') {
      this.carryOut(directive);
      return true;
    }
    const before = this.journal.length;
    this.take(decide(this.definition, this.current, { kind: 'tick' }, this.env));
    if (this.journal.length === before) throw new Error('A tick that was asked for changed nothing.');
    return true;
  }

  /** As the engine does it: an external unit that was ever sent is asked for first. */
  private carryOut({ do: what, unit, kind }: Extract<Directive, { do: 'execute' | 'resolve' }>): void {
    const { sent } = unitOf(this.current, unit)!;
    if (what === 'resolve' || (kind === 'external' && sent)) {
      const answer = this.call(unit, `ask ${labelOf(unit, this.current)}`);
      const goesOn = what === 'execute' && answer?.does === 'find-no-trace' && answer.mayRepeat;
      if (!goesOn) return answer ? this.receive(unit, true, answer) : undefined;
    }
    const answer = this.call(unit, labelOf(unit, this.current));
    if (answer) this.receive(unit, false, answer);
  }

  /** Null when the stored intent could not be made a command. */
  private call(unit: UnitRef, label: string): Answer | null {
    const { command, input, reference } = unitOf(this.current, unit)!;
    try {
      construct(unitDefinition(this.definition, this.current, unit).command, input);
    } catch (error) {
      const stored = storeError(error, 'SAGA.MAPPING_FAILED');
      this.take(decide(this.definition, this.current, { kind: 'mapping-failed', error: stored }, this.env));
      return null;
    }
    this.calls.push({ label, command, input, reference, atMs: this.clock - this.startedAt });
    return this.script.take(label);
  }

  private receive(unit: UnitRef, asking: boolean, answer: Answer): void {
    if (answer.does === 'hang') {
      this.underWay.set(unitOf(this.current, unit)!.reference, { unit, asking });
      return;
    }
    const stimulus = stimulusOf(this.definition, this.current, unit, asking, answer);
    this.take(decide(this.definition, this.current, stimulus, this.env));
  }

  private take({ entries, state }: Decision): void {
    this.journal.push(...entries);
    this.current = state;
    checkFold(this.journal, state);
  }
}
