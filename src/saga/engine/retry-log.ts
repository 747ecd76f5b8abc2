import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Entry } from './entries.js';
import { SagaObservers, type SagaCommit, type SagaObserver } from './saga-observers.js';
import { codeOf, LogFields, unitFields, type UnitFields } from './saga-fields.js';
import { unitOf, type SagaState, type StoredError } from './state.js';

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
 */
export function retryLines({ before, entries, state }: SagaCommit): RetryLine[] {
  const attempts = new Map<string, number>();
  return entries.flatMap((entry, index): RetryLine[] => {
    if (!('unit' in entry) || entry.unit === null) return [];
    const key = `${entry.unit.role} ${entry.unit.name}`;
    if ('attempt' in entry && entry.attempt !== null) attempts.set(key, entry.attempt);
    const scheduled = scheduledBy(entry, entries[index + 1], state);
    if (!scheduled) return [];
    const attempt = attempts.get(key) ?? (before && unitOf(before, entry.unit)?.attempts) ?? 0;
    const errorCode = codeOf(scheduled.error);
    const { nextAttemptAt, kind } = scheduled;
    const about = unitFields(state, entry.unit);
    return [{ fields: { ...about, attempt, errorCode, nextAttemptAt }, text: texts[kind] }];
  });
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

/** Writes them, after the commit. */
@Injectable()
export class RetryLog implements SagaObserver, OnModuleInit {
  private readonly log = new Logger('Retries');

  constructor(
    private readonly observers: SagaObservers,
    private readonly fields: LogFields,
  ) {}

  onModuleInit(): void {
    this.observers.register(this);
  }

  /** Parked is an error: it is what alerts are made of. */
  committed(commits: readonly SagaCommit[]): void {
    for (const { fields, text } of commits.flatMap(retryLines)) {
      const named = { ...fields, ...this.fields.businessKey(fields) };
      if (fields.nextAttemptAt === null) this.log.error(named, text);
      else this.log.warn(named, text);
    }
  }
}
