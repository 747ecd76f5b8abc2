import type { Client, PoolClient } from 'pg';
import { failpoint } from '../failpoints/failpoint.js';
import { codeOf } from '../messaging/rejection.js';
import { isConnectionError } from './connection-error.js';
import { answersTo, onConnection, type OpenWork } from './open-work.js';

/** A transaction in which a statement failed answers COMMIT with ROLLBACK, and no error: someone swallowed it. */
export async function commit(open: OpenWork): Promise<void> {
  await failpoint('before-commit', open.name);
  // It failed on this side perhaps, and the server knows nothing of it.
  if (open.refused) throw open.refused.error;
  let isRolledBack = false;
  open.fate = 'unknown';
  const ended = onConnection(open, open.client.query('COMMIT')).then(
    ({ command }) => {
      isRolledBack = command !== 'COMMIT';
      open.fate = isRolledBack ? 'undone' : 'committed';
    },
    (error: unknown) => {
      if (isRefusalOfCommit(error)) open.fate = 'undone';
      throw error;
    },
  );
  await answersTo([...open.unanswered, ended]);
  if (isRolledBack) {
    throw new Error('The transaction was rolled back at its commit: an SQL error inside it was swallowed.');
  }
  // As part of the answer: what is thrown here is a commit of which nobody knows whether it took place.
  await onConnection(open, failpoint('after-commit', open.name));
}

/** What a server refuses a COMMIT for: a deferred constraint (23), a conflict (40). Anything else may be the way to it. */
function isRefusalOfCommit(error: unknown): boolean {
  return /^(23|40)...$/.test(codeOf(error) ?? '') && !isConnectionError(error);
}

const undone = new WeakSet<object>();

/**
 * True for what a unit of work threw that the server has certainly not kept: its COMMIT had not been sent, or was answered
 * with a no. Only such a one may be run again by whoever does not know what it does.
 */
export function isUndone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && undone.has(error);
}

export function toldOf({ fate }: OpenWork, error: unknown): unknown {
  if (typeof error === 'object' && error !== null) {
    if (fate === 'undone') undone.add(error);
    else undone.delete(error);
  }
  return error;
}

/** @param broken the connection failed: whatever it has begun ends with it, and the pool gets it back closed */
export async function rollback(client: PoolClient, broken: boolean): Promise<void> {
  try {
    if (broken) throw new Error('The connection is broken.');
    await client.query('ROLLBACK');
  } catch {
    // Nothing is told: the error that led here is thrown on. Closed, the pool drops it instead of lending it again.
    (client as unknown as Client).end().catch(() => undefined);
  }
}
