import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import {
  isTracing,
  startSpan,
  type Attributes,
  type SpanEnd,
  type SpanStart,
} from '../../platform/observability/trace/span.js';
import { DatabaseClock } from '../engine/database-clock.js';
import type { Entry } from '../engine/entries.js';
import type { OpenAttempt, OwnedSaga } from '../engine/owned-saga.js';
import { attemptOf } from '../engine/saga-fields.js';
import { SagaObservers, type SagaCommit, type SagaObserver } from '../engine/saga-observers.js';
import { attemptsAtEnd, sameUnit, unitOf, type SagaState, type UnitRef } from '../engine/state.js';
import { attemptEnd } from './attempt-end.js';
import { SpanAttributes } from './span-attributes.js';
import { stepOf } from './unit-labels.js';

/**
 * The spans of a saga: one for each attempt, each wait, and the whole of it. All are children of the request in which it
 * began, whoever goes on with it and however much later: nothing is open meanwhile but the calls that are under way. A
 * saga that began in no trace has none.
 *
 * Their times are the database's, so those of several processes fit together. A call's span begins with it and ends with
 * the commit that stores what became of it. Of a local attempt no more is known than its wave.
 */
@Injectable()
export class SagaTraces implements SagaObserver, OnModuleInit {
  private readonly log = new Logger(SagaTraces.name);

  constructor(
    private readonly observers: SagaObservers,
    private readonly clock: DatabaseClock,
    private readonly attributes: SpanAttributes,
  ) {}

  onModuleInit(): void {
    if (isTracing()) this.observers.register(this);
  }

  /** A call begins, which is perhaps only to ask. Null: nobody measures it. Never throws: the call is made anyhow. */
  begin({ state }: OwnedSaga, unit: UnitRef, ask: boolean): OpenAttempt | null {
    if (!isTracing() || state.traceparent === null) return null;
    try {
      const about = { ...this.aboutUnit(state, unit, unit.name), 'saga.attempt': attemptOf(state, unit) };
      const name = nameOf(unit, eventOf(state, unit) ?? unit.name, ask);
      const span = this.start(state, name, 'client', about, this.clock.now());
      return span && { unit, span };
    } catch (error) {
      this.log.error({ err: error }, 'A call is not traced.');
      return null;
    }
  }

  committed(commits: readonly SagaCommit[], at: number): void {
    for (const commit of commits) {
      if (commit.state.traceparent === null) continue;
      let attempt = commit.attempt ?? null;
      for (const entry of commit.entries) {
        if (this.tell(entry, commit, attempt, at)) attempt = null;
      }
      // Settled by somebody else meanwhile: what the call has answered changes nothing.
      attempt?.span.end({ at, attributes: { 'saga.outcome': 'superseded' } });
    }
  }

  /** @returns whether it tells what became of the call that was under way */
  private tell(entry: Entry, commit: SagaCommit, attempt: OpenAttempt | null, at: number): boolean {
    if (entry.kind === 'wait-ended') this.waited(entry, commit.state, at);
    if (entry.kind === 'completed' || entry.kind === 'compensated' || entry.kind === 'terminated') {
      this.over(entry, commit.state, at);
    }
    const end = attemptEnd(entry);
    if (!end) return false;
    const isItsEnd = attempt !== null && sameUnit(attempt.unit, end.unit);
    if (!end.made) return isItsEnd;
    if (isItsEnd) {
      attempt.span.end({ ...end.how, at });
      return true;
    }
    const step = stepOf(commit, end.unit);
    const number = end.attempt ?? attemptIn(commit, end.unit);
    const about = { ...this.aboutUnit(commit.state, end.unit, step), 'saga.attempt': number };
    this.whole(commit.state, nameOf(end.unit, step, false), about, {
      ...end.how,
      from: Date.parse(entry.at),
      at,
    });
    return false;
  }

  private waited(
    { step, how, at: entryAt }: Extract<Entry, { kind: 'wait-ended' }>,
    state: SagaState,
    at: number,
  ) {
    const began = state.steps.find(({ name }) => name === step)?.wait?.startedAt ?? entryAt;
    const about = { 'saga.step': step, 'saga.role': 'wait', 'saga.outcome': how };
    this.whole(state, `${step} wait`, about, { from: Date.parse(began), at });
  }

  private over({ kind }: Entry, state: SagaState, at: number) {
    const code = state.cause?.code;
    const about = { 'saga.outcome': kind, ...(code && { 'saga.code': code }) };
    this.whole(state, state.definition, about, { from: Date.parse(state.startedAt), at });
  }

  /** A span of something that is over. */
  private whole(
    state: SagaState,
    name: string,
    about: Attributes,
    how: SpanEnd & { from: number; at: number },
  ) {
    const { from, at, ...rest } = how;
    this.start(state, name, 'internal', about, Math.min(from, at))?.end({ ...rest, at });
  }

  private start(state: SagaState, name: string, kind: SpanStart['kind'], about: Attributes, at: number) {
    const attributes = { ...this.attributes.of(state), ...about };
    return startSpan({ name, kind, parent: state.traceparent ?? undefined, at, attributes });
  }

  private aboutUnit(state: SagaState, unit: UnitRef, name: string): Attributes {
    return { 'saga.step': eventOf(state, unit) ?? name, 'saga.role': unit.role };
  }
}

/** A reaction's name is the event's id, of which there is one each. */
function eventOf(state: SagaState, { role, name }: UnitRef): string | undefined {
  return role === 'reaction' ? state.reactions.find(({ id }) => id === name)?.event : undefined;
}

/** `charge-payment`, `charge-payment resolve`, `charge-payment compensation`. */
function nameOf({ role }: UnitRef, step: string, ask: boolean): string {
  return [step, ...(role === 'action' ? [] : [role]), ...(ask ? ['resolve'] : [])].join(' ');
}

/** From 1. */
function attemptIn({ before, state }: SagaCommit, unit: UnitRef): number {
  const after = unitOf(state, unit);
  if (after) return Math.max(1, after.attempts);
  const known = before && unitOf(before, unit);
  return known ? attemptsAtEnd(known) : 1;
}
