import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { wireNameOf, type Message } from '../../platform/messaging/message.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { isAboutChild } from '../definition/index.js';
import { decide } from './decide.js';
import type { Entry } from './entries.js';
import { within } from './attempt-ended.js';
import { limitsOf } from './attempt-limits.js';
import { ChildWork } from './child-work.js';
import { engineError, storeError } from './errors.js';
import { IntentMapping } from './intent-mapping.js';
import { declarationOf } from './declaration-of.js';
import { directives } from './next.js';
import { callsBeside, type OwnedSaga, type Work } from './owned-saga.js';
import { isOutstanding, sameUnit, unitOf, type SagaState, type UnitRef } from './state.js';
import { StepExecutor, type Executed } from './step-executor.js';
import type { Env, Stimulus } from './stimulus.js';
import { UnitFailure, type UnitPart } from './unit-failure.js';

/** A saga in a wave, as the wave's transaction leaves it so far. */
export interface Member {
  readonly saga: OwnedSaga;
  readonly work: Work;
  state: SagaState;
  readonly entries: Entry[];
  readonly events: Message<unknown>[];
  /** References of the external units whose `begin` is committed, or is with this wave. */
  readonly begun: Set<string>;
}

/** A unit of a member that is to be carried out or recorded now. */
export interface Pending {
  readonly member: Member;
  readonly unit: UnitRef;
}

interface Ready extends Pending {
  readonly command: Message<unknown>;
}

/** What the decider needs of the world, and what is known to go wrong in it. */
export interface Scene extends Env {
  readonly failures: readonly UnitFailure[];
}

/** Carries out units of many sagas inside a wave's transaction: those with the same command by one handler call. */
@Injectable()
export class UnitWork {
  constructor(
    private readonly executor: StepExecutor,
    private readonly mapping: IntentMapping,
    private readonly children: ChildWork,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Writes what must be visible while the calls run. */
  async begin(pending: readonly Pending[], scene: Scene): Promise<void> {
    for (const group of this.grouped(pending, 'begin', scene)) {
      await this.failingAs(group, 'begin', () => this.executor.begin(group.map(({ command }) => command)));
      for (const { member, unit } of group) member.begun.add(unitOf(member.state, unit)!.reference);
    }
  }

  /** Carries out local units. */
  async execute(pending: readonly Pending[], scene: Scene): Promise<void> {
    const own = pending.filter((one) => isAboutChild(commandNameOf(one)));
    const others = pending.filter((one) => !own.includes(one));
    for (const one of this.withoutFailed(own, 'execute', scene)) {
      await this.failingAs([one], 'execute', () => this.children.carryOut(one.member, one.unit, scene.now));
      const error = engineError('SAGA.WITH_CHILD', 'A saga of its own has it.');
      happen(one.member, { kind: 'accepted', unit: one.unit, error }, scene);
    }
    for (const group of this.grouped(others, 'execute', scene)) {
      const commands = group.map(({ command }) => command);
      const expected = group.map(({ member, unit }) => successesOf(member, unit));
      const executed = await this.failingAs(group, 'execute', () =>
        this.executor.execute(commands, expected),
      );
      group.forEach(({ member, unit }, index) =>
        this.applyOutcome(member, unit, 'execute', executed[index]!, scene),
      );
    }
  }

  /** Writes the outside's answers. */
  async record(pending: readonly Pending[], scene: Scene): Promise<void> {
    for (const group of this.grouped(pending, 'record', scene)) {
      const answered = group.map(({ member: { work }, command }) => ({
        command,
        answer: work.kind === 'record' ? work.answer : null,
      }));
      const expected = group.map(({ member, unit }) => successesOf(member, unit));
      const executed = await this.failingAs(group, 'record', () => this.executor.record(answered, expected));
      group.forEach(({ member, unit }, index) =>
        this.applyOutcome(member, unit, 'record', executed[index]!, scene),
      );
    }
  }

  /** Units with their commands, by command: one handler call each. The one that is known to fail is not among them. */
  private grouped(pending: readonly Pending[], part: UnitPart, scene: Scene): Ready[][] {
    const groups = new Map<string, Ready[]>();
    for (const one of this.withoutFailed(pending, part, scene)) {
      const command = this.commandOf(one, part);
      const group = groups.get(wireNameOf(command)) ?? [];
      group.push({ ...one, command });
      groups.set(wireNameOf(command), group);
    }
    return [...groups.values()];
  }

  /** The failure of one may have withdrawn its neighbour. */
  private withoutFailed(pending: readonly Pending[], part: UnitPart, scene: Scene): Pending[] {
    const left = pending.filter((one) => {
      const known = scene.failures.find(
        (failure) => failure.part === part && sameUnit(failure.unit, one.unit),
      );
      if (!known) return true;
      const stimulus = stimulusOf(known);
      if (stimulus.kind === 'rejection') announceRejection(one.member, one.unit, stimulus.error);
      happen(one.member, stimulus, scene);
      return false;
    });
    return left.filter(({ member, unit }) => isOutstanding(unitOf(member.state, unit)));
  }

  /** @throws UnitFailure: an intent that cannot become a command is its own unit's failure, not its neighbour's */
  private commandOf({ member: { saga, state }, unit }: Pending, part: UnitPart): Message<unknown> {
    try {
      const intent = this.mapping.intentOf(saga.definition, state, unit);
      return saga.prepared.get(intent.reference) ?? this.mapping.commandFor(intent);
    } catch (error) {
      throw new UnitFailure(unit, part, error, true);
    }
  }

  /** @throws UnitFailure: an outcome that cannot be decided on (its compensation's mapping fails) is its own unit's */
  private applyOutcome(member: Member, unit: UnitRef, part: UnitPart, executed: Executed, env: Env): void {
    try {
      this.take(member, unit, executed, env);
    } catch (error) {
      throw new UnitFailure(unit, part, error, true);
    }
  }

  /**
   * Handlers have the time of one attempt, as the most patient of their units has it: one that never ended would hold its
   * locks, and all that waits behind it. What a handler leaves to the commit fails as it would.
   */
  private async failingAs<T>(group: readonly Pending[], part: UnitPart, work: () => Promise<T>): Promise<T> {
    const limits = group.map(({ member, unit }) => limitsOf(member.saga.definition, unit).attemptTimeoutMs);
    const failure = (error: unknown) => new UnitFailure(group[0]!.unit, part, error);
    try {
      return await this.unitOfWork.telling(failure, () => within(Math.max(...limits), work));
    } catch (error) {
      throw error instanceof UnitFailure ? error : failure(error);
    }
  }

  private take(member: Member, unit: UnitRef, { outcome, others }: Executed, env: Env): void {
    member.events.push(...others);
    if (outcome instanceof Rejection) {
      announceRejection(member, unit, outcome);
      return happen(member, { kind: 'rejection', unit, error: storeError(outcome) }, env);
    }
    member.events.push(outcome);
    happen(member, { kind: 'outcome', unit, event: wireNameOf(outcome), result: outcome.data }, env);
  }
}

/** A business no becomes the step's declared rejection event, for the streams and for whoever else listens. */
export function announceRejection(
  { saga, state, events }: Member,
  unit: UnitRef,
  { code, message, details }: { code: string | null; message: string; details?: unknown },
): void {
  const rejects = saga.definition.steps.find((step) => step.name === unit.name)?.action?.rejects;
  if (unit.role !== 'action' || !rejects) return;
  const data = {
    subject: state.correlationId,
    code: code ?? 'SAGA.REJECTED',
    message,
    details: details ?? null,
  };
  events.push(new (rejects as unknown as new (data: unknown) => Message<unknown>)(data));
}

/**
 * The local units that are to be carried out now, one of each saga: what comes of it may be that another one is not to
 * be carried out any more, and its rows would stand without an undo.
 */
export function localsOf(members: readonly Member[], scene: Scene): Pending[] {
  return members.flatMap((member) => unitsOf(member, scene, 'local').slice(0, 1));
}

/** The external units that are to be called and have yet to begin. */
export function beginningsOf(members: readonly Member[], scene: Scene): Pending[] {
  return members.flatMap((member) =>
    unitsOf(member, scene, 'external').filter(
      ({ unit }) => !member.begun.has(unitOf(member.state, unit)!.reference),
    ),
  );
}

function unitsOf(member: Member, { now }: Scene, kind: 'local' | 'external'): Pending[] {
  const { saga, work, state } = member;
  return directives(saga.definition, state, now, callsBeside(work)).flatMap((directive) =>
    directive.do === 'execute' && directive.kind === kind ? [{ member, unit: directive.unit }] : [],
  );
}

/** Lets something happen to a member, by the decider. */
export function happen(member: Member, stimulus: Stimulus, env: Env): void {
  const { entries, state } = decide(member.saga.definition, member.state, stimulus, env);
  member.entries.push(...entries);
  member.state = state;
}

/**
 * A failed handler is an attempt of its unit; an answer that could not be stored is asked for again, never repeated.
 * One that throws its business's no has said it: what it wrote is rolled back by now.
 */
function stimulusOf({ unit, part, cause, ofMapping }: UnitFailure): Stimulus {
  if (ofMapping && part !== 'record') {
    return { kind: 'mapping-failed', error: storeError(cause, 'SAGA.MAPPING_FAILED') };
  }
  const error = storeError(cause);
  if (part === 'record') return { kind: 'unknown', unit, error };
  return cause instanceof Rejection
    ? { kind: 'rejection', unit, error }
    : { kind: 'attempt-failed', unit, error, retryAfterMs: null, sent: false };
}

function successesOf({ saga: { definition }, state }: Member, unit: UnitRef): readonly string[] | null {
  return declarationOf(definition, state, unit)?.succeeds.map((event) => event.wireName) ?? null;
}

function commandNameOf({ member, unit }: Pending): string {
  return unitOf(member.state, unit)!.command;
}
