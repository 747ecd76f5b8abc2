import { Logger } from '@nestjs/common';
import type { Entry } from './entries.js';
import { attemptsAtEnd, unitOf, type SagaState, type StoredError, type UnitRef } from './state.js';

/** Which saga and unit a line is about, in every line that is about one: the names are stable, searches rely on them. */
export interface UnitFields {
  readonly sagaId: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  /** The step's name; of a closing command its own; of a reaction the event's wire name. Null: no unit is concerned. */
  readonly step: string | null;
  readonly role: UnitRef['role'] | null;
}

/** The fields of a line: their names are stable, alerts and searches rely on them. */
export interface RetryFields extends UnitFields {
  /** The attempt that was made last, from 1. */
  readonly attempt: number;
  /** `SAGA.UNCLASSIFIED` for an error without a code. */
  readonly errorCode: string;
  /** ISO 8601; null: not by itself, a person has to go on. */
  readonly nextAttemptAt: string | null;
}

export interface RetryLine {
  readonly fields: RetryFields;
  readonly text: string;
}

const texts = {
  'attempt-failed': 'An attempt failed; a retry is scheduled.',
  held: 'An attempt failed because whom it calls is out of order; it is tried again once that is back.',
  'lease-lost': 'A worker was lost over it; a retry is scheduled.',
  'resolved-absent': 'The other side has no trace of the attempt; a retry is scheduled.',
  'outcome-unknown': 'The outcome of an attempt is unknown; the other side will be asked.',
  'resolve-failed': 'The other side could not say what became of an attempt; it will be asked again.',
  parked: 'The automatic tries have ended; a person has to go on.',
} as const;

/**
 * What a commit has to say of retries: each that it scheduled, and each unit that it parked.
 *
 * @param before the state that the entries were decided on
 * @param state as they leave it
 */
export function retryLines(before: SagaState, entries: readonly Entry[], state: SagaState): RetryLine[] {
  const attempts = new Map<string, number>();
  return entries.flatMap((entry, index): RetryLine[] => {
    if (!('unit' in entry) || entry.unit === null) return [];
    const key = `${entry.unit.role} ${entry.unit.name}`;
    if ('attempt' in entry && entry.attempt !== null) attempts.set(key, entry.attempt);
    const scheduled = scheduledBy(entry, entries[index + 1], state);
    if (!scheduled) return [];
    const attempt = attempts.get(key) ?? unitOf(before, entry.unit)?.attempts ?? 0;
    const errorCode = codeOf(scheduled.error);
    const { nextAttemptAt, kind } = scheduled;
    const about = unitFields(state, entry.unit);
    return [{ fields: { ...about, attempt, errorCode, nextAttemptAt }, text: texts[kind] }];
  });
}

/** What a line says of the saga and unit that it is about. */
export function unitFields(state: SagaState, unit: UnitRef | null): UnitFields {
  const { id: sagaId, definition, version, correlationId, reactions } = state;
  const event = unit?.role === 'reaction' && reactions.find(({ id }) => id === unit.name)?.event;
  const step = event || (unit?.name ?? null);
  return { sagaId, definition, version, correlationId, step, role: unit?.role ?? null };
}

/** The attempt of a unit that is under way, from 1. */
export function attemptOf(state: SagaState, ref: UnitRef): number {
  const unit = unitOf(state, ref);
  return unit ? attemptsAtEnd(unit) : 1;
}

/** `SAGA.UNCLASSIFIED` for an error without a code. */
export function codeOf(error: Pick<StoredError, 'code'> | null): string {
  return error?.code ?? 'SAGA.UNCLASSIFIED';
}

interface Scheduled {
  readonly kind: keyof typeof texts;
  readonly error: Pick<StoredError, 'code'> | null;
  readonly nextAttemptAt: string | null;
}

/** What follows a lost worker and has a line of its own. */
const tellsTheRest: ReadonlySet<Entry['kind']> = new Set(['outcome-unknown', 'parked']);

/** Null for an entry that schedules nothing, such as a failure after which the saga turns back. */
function scheduledBy(entry: Entry, after: Entry | undefined, state: SagaState): Scheduled | null {
  switch (entry.kind) {
    case 'attempt-failed':
      return entry.retryAt === null ? null : { ...entry, nextAttemptAt: entry.retryAt };
    case 'resolved-absent':
      return entry.retryAt === null
        ? null
        : {
            kind: entry.kind,
            error: unitOf(state, entry.unit)?.error ?? null,
            nextAttemptAt: entry.retryAt,
          };
    // Held without an attempt nothing has failed: of an outage in which many are held its breaker tells.
    case 'held':
      return entry.attempt === null ? null : { ...entry, nextAttemptAt: entry.until };
    case 'lease-lost':
      if (!entry.retryAt || (after && tellsTheRest.has(after.kind))) return null;
      return { kind: entry.kind, error: { code: 'SAGA.LEASE_LOST' }, nextAttemptAt: entry.retryAt };
    case 'outcome-unknown':
    case 'resolve-failed':
      return { ...entry, nextAttemptAt: entry.resolveAt };
    case 'parked':
      return { ...entry, nextAttemptAt: null };
    default:
      return null;
  }
}

const log = new Logger('Retries');

/** Parked is an error: it is what alerts are made of. */
export function writeRetryLines(lines: readonly RetryLine[]): void {
  for (const { fields, text } of lines) {
    if (fields.nextAttemptAt === null) log.error(fields, text);
    else log.warn(fields, text);
  }
}
