import { codeOf } from './errors.js';

/**
 * What a failed transaction means. `contention`: try the same again. `unreachable`: nobody knows whether it
 * committed, and it makes no sense to try now. `other`: something is wrong with what was done.
 */
export type DatabaseTrouble = 'contention' | 'unreachable' | 'other';

/** serialization_failure, deadlock_detected, lock_not_available. */
const contention = new Set(['40001', '40P01', '55P03']);

/** Node's socket errors; SQLSTATE classes 08 (connection), 53 (resources), 57P (operator intervention). */
const socket = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
]);

export function classify(error: unknown): DatabaseTrouble {
  const code = codeOf(error);
  if (code && contention.has(code)) return 'contention';
  if (code && (socket.has(code) || /^(08|53|57P)/.test(code))) return 'unreachable';
  // pg has no code for these.
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|not queryable|connection error|timeout exceeded when trying to connect/i.test(
    message,
  )
    ? 'unreachable'
    : 'other';
}
