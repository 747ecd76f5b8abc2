import { isConnectionError } from '../../platform/database/connection-error.js';
import { codeOf } from './errors.js';

/**
 * What a failed transaction means. `contention`: try the same again. `unreachable`: nobody knows whether it
 * committed, and it makes no sense to try now. `other`: something is wrong with what was done.
 */
export type DatabaseTrouble = 'contention' | 'unreachable' | 'other';

/** serialization_failure, deadlock_detected, lock_not_available. */
const contention = new Set(['40001', '40P01', '55P03']);

export function classify(error: unknown): DatabaseTrouble {
  if (isConnectionError(error)) return 'unreachable';
  const code = codeOf(error);
  return code && contention.has(code) ? 'contention' : 'other';
}
