import type { SpanEnd } from '../../platform/observability/trace/span.js';
import type { Entry } from '../engine/entries.js';
import { codeOf } from '../engine/saga-fields.js';
import type { StoredError, UnitRef } from '../engine/state.js';

/** What an entry says of an attempt that is over. */
export interface AttemptEnd {
  readonly unit: UnitRef;
  /** From 1; null: the entry does not say. */
  readonly attempt: number | null;
  /** False: it never was made, because whom it calls is out of order. */
  readonly made: boolean;
  readonly how: Pick<SpanEnd, 'attributes' | 'failed'>;
}

/** Null for an entry that ends none. A business's no is an outcome, not a failure. */
export function attemptEnd(entry: Entry): AttemptEnd | null {
  switch (entry.kind) {
    case 'succeeded':
      // By hand, in the unit's stead: nothing was tried.
      return entry.by === null ? over(entry.unit, entry.kind, {}) : null;
    case 'rejected':
      return over(entry.unit, entry.kind, { code: codeOf(entry.error) });
    case 'attempt-failed':
      return failed(entry, entry.error, entry.retryAt);
    case 'outcome-unknown':
    case 'resolve-failed':
      return failed(entry, entry.error, entry.resolveAt);
    case 'held':
      return failed(entry, entry.error, entry.until, entry.attempt !== null);
    case 'accepted':
      return over(entry.unit, entry.kind, { attempt: entry.attempt, next: entry.askAt });
    case 'resolved-absent':
      return over(entry.unit, entry.kind, { next: entry.retryAt });
    case 'lease-lost':
      return failed(entry, { code: 'SAGA.LEASE_LOST' }, entry.retryAt ?? null);
    default:
      return null;
  }
}

interface More {
  readonly attempt?: number | null;
  readonly code?: string;
  readonly next?: string | null;
  readonly made?: boolean;
}

function over(unit: UnitRef, outcome: string, { attempt = null, code, next, made = true }: More): AttemptEnd {
  const attributes = {
    'saga.outcome': outcome,
    ...(code !== undefined && { 'saga.code': code }),
    ...(next && { 'saga.next_attempt_at': next }),
  };
  return { unit, attempt, made, how: { attributes } };
}

function failed(
  entry: Extract<Entry, { kind: string; unit: UnitRef }>,
  error: Pick<StoredError, 'code'>,
  next: string | null,
  made = true,
): AttemptEnd {
  const code = codeOf(error);
  const attempt = 'attempt' in entry ? entry.attempt : null;
  const end = over(entry.unit, entry.kind, { attempt, code, next, made });
  return { ...end, how: { ...end.how, failed: code } };
}
