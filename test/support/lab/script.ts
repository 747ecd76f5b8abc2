import { Injectable } from '@nestjs/common';
import type { Attempt } from '../../../src/platform/messaging/command-handlers.js';
import {
  OutcomePendingError,
  OutcomeUnknownError,
  RetryableError,
} from '../../../src/platform/messaging/external-errors.js';
import { Rejection } from '../../../src/platform/messaging/rejection.js';

/** How the next call of a command for a key is to go wrong. */
export type Fault = 'reject' | 'throw' | 'unavailable' | 'lose-answer' | 'lose-request' | 'accept' | 'hang';

/** Where a call waits until the test lets it go on. */
export class Gate {
  private open!: () => void;
  private readonly opened = new Promise<void>((open) => (this.open = open));
  private arrive!: () => void;
  /** Resolves when the call is at the gate. */
  readonly arrived = new Promise<void>((arrive) => (this.arrive = arrive));

  constructor(readonly where: 'before its effect' | 'before its answer' | 'before it is told') {}

  release(): void {
    this.open();
  }

  enter(): Promise<void> {
    this.arrive();
    return this.opened;
  }
}

/** What the tests have in mind for single commands: faults by command and key, each used up once. */
@Injectable()
export class Script {
  private readonly faults = new Map<string, Fault[]>();
  private readonly lasting = new Map<string, Fault>();
  private readonly gates = new Map<string, Gate>();
  /** Sizes of the batches by command. */
  readonly batches: { command: string; size: number }[] = [];

  /** Commands that fail for every key, calls and questions alike. */
  readonly down = new Set<string>();

  next(command: string, key: string, ...faults: Fault[]): void {
    this.faults.set(`${command} ${key}`, faults);
  }

  /** Every call, until it is mended. One that fails in a wave is tried again alone, so single faults are hard to count. */
  always(command: string, key: string, fault: Fault): void {
    this.lasting.set(`${command} ${key}`, fault);
  }

  mend(command: string, key: string): void {
    this.lasting.delete(`${command} ${key}`);
  }

  take(command: string, key: string): Fault | undefined {
    const name = `${command} ${key}`;
    const single = this.faults.get(name)?.shift() ?? this.lasting.get(name);
    return single ?? (this.down.has(command) ? 'unavailable' : undefined);
  }

  /**
   * Holds the next call of a command for a key, however its caller gives up on it: before it has an effect, or
   * when only its answer is left to give. Or it holds the answer to what became of it.
   */
  hold(command: string, key: string, where: Gate['where']): Gate {
    const gate = new Gate(where);
    this.gates.set(`${command} ${key}`, gate);
    return gate;
  }

  async pass(command: string, key: string, where: Gate['where']): Promise<void> {
    const gate = this.gates.get(`${command} ${key}`);
    if (gate?.where !== where) return;
    this.gates.delete(`${command} ${key}`);
    await gate.enter();
  }

  local(command: string, key: string): Rejection | null {
    const fault = this.take(command, key);
    if (fault === 'reject') return new Rejection('LAB.REFUSED', 'The laboratory says no.');
    if (fault === 'throw') throw new Error('The laboratory exploded.');
    return null;
  }

  ran(command: string, size: number): void {
    this.batches.push({ command, size });
  }
}

/** The outside: remembers every effect by reference, whatever becomes of the engine. */
@Injectable()
export class Outside {
  /** Requests that arrived, in order. */
  readonly requests: { command: string; key: string; reference: string }[] = [];
  /** Times that it was asked what became of a request, by command and key. */
  readonly questions: { command: string; key: string }[] = [];
  private readonly effects = new Map<string, string>();
  /** Accepted, and not decided on. */
  private readonly undecided = new Set<string>();

  constructor(readonly script: Script) {}

  async act(
    command: string,
    { key, reference }: { key: string; reference: string },
    attempt: Attempt,
  ): Promise<string> {
    await this.script.pass(command, key, 'before its effect');
    const fault = this.script.take(command, key);
    if (fault === 'lose-request') throw new OutcomeUnknownError('LAB.LOST', 'The request was lost.');
    this.requests.push({ command, key, reference });
    if (fault === 'unavailable') throw new RetryableError('LAB.UNAVAILABLE', 'The outside is down.');
    if (fault === 'reject') throw new Rejection('LAB.REFUSED', 'The outside says no.');
    if (fault === 'throw') throw new Error('The adapter exploded.');
    if (fault === 'hang') {
      await new Promise((_, reject) => {
        attempt.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    }
    const id = `${command} ${reference}`;
    if (fault === 'accept') this.undecided.add(id);
    else if (!this.effects.has(id)) this.effects.set(id, `done:${reference}`);
    await this.script.pass(command, key, 'before its answer');
    if (fault === 'accept') throw stillDeciding();
    if (fault === 'lose-answer') throw new OutcomeUnknownError('LAB.LOST', 'The answer was lost.');
    return this.effects.get(id)!;
  }

  /** @throws RetryableError while the command is down */
  async find(
    command: string,
    { key, reference }: { key: string; reference: string },
  ): Promise<string | null> {
    if (this.script.down.has(command)) throw new RetryableError('LAB.UNAVAILABLE', 'The outside is down.');
    const id = `${command} ${reference}`;
    this.questions.push({ command, key });
    const undecided = this.undecided.has(id);
    const effect = this.effects.get(id) ?? null;
    await this.script.pass(command, key, 'before it is told');
    if (undecided) throw stillDeciding();
    return effect;
  }

  /** What was accepted is done. @returns its reference */
  decide(command: string, key: string): string {
    const reference = this.referenceOf(command, key);
    this.undecided.delete(`${command} ${reference}`);
    this.effects.set(`${command} ${reference}`, `done:${reference}`);
    return reference;
  }

  /** The reference of the latest request. */
  referenceOf(command: string, key: string): string {
    const request = this.requests.findLast((one) => one.command === command && one.key === key);
    if (!request) throw new Error(`No ${command} was requested for ${key}.`);
    return request.reference;
  }

  /** How often the effect exists for this key, over all references. */
  count(command: string, key: string): number {
    const references = new Set(
      this.requests
        .filter((request) => request.command === command && request.key === key)
        .map((r) => r.reference),
    );
    return [...references].filter((reference) => this.effects.has(`${command} ${reference}`)).length;
  }
}

const stillDeciding = () => new OutcomePendingError('LAB.PENDING', 'The outside has yet to decide.');
