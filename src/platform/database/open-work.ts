import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { WorkOn } from './begins.js';
import { markConnectionError } from './connection-error.js';

export const hasEnded = 'This unit of work has ended: a promise inside it was not awaited.';

/** What was gone by before it was answered. */
export interface Presumptions {
  /** In the order of asking; one that is other than presumed fails. */
  readonly answers: Promise<void>[];
  /** How many of them are not there yet. */
  missing: number;
}

/** One open transaction and what is to happen around its end. */
export interface OpenWork {
  /** The `UnitOfWork` whose it is: with several applications in a process, each has its own. */
  readonly of: object;
  readonly runner: QueryRunner;
  readonly client: PoolClient;
  /** What kind it is. */
  readonly name: string;
  readonly on: WorkOn;
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
  /** What becomes of the error of a statement that is left to the commit; null: it stays as it is. */
  tellAs: ((error: unknown) => unknown) | null;
  /** Null: every answer is waited for at once. */
  presumed: Presumptions | null;
  /** What went out and has to be well answered, at the latest with the COMMIT. */
  readonly unanswered: Promise<unknown>[];
  /** One of them that has failed by now; null: none has. */
  refused: { readonly error: unknown } | null;
  /** Take back what is remembered outside of this object about what a savepoint rolled back. */
  readonly takeBacks: (() => void)[];
  /** Whether the server has it. `unknown` from when the COMMIT leaves until it is answered. */
  fate: 'undone' | 'unknown' | 'committed';
  savepoints: number;
  /** Several run in it side by side. */
  shared: boolean;
  /** Set at the end: a promise that was not awaited must not write through a connection that is someone else's now. */
  closed: boolean;
  /** Set when the connection failed under a statement: it is not used again. */
  broken: boolean;
}

/** Waits for all, also after one has failed. @throws the error of the first in the row that did */
export async function answersTo<T>(statements: readonly Promise<T>[]): Promise<T[]> {
  const answers = await Promise.allSettled(statements);
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

/** A statement that was refused fails all that go out behind it: it is the reason, they are not. */
export async function reasonOf(unanswered: readonly Promise<unknown>[], error: unknown): Promise<unknown> {
  const answers = await Promise.allSettled(unanswered);
  const refused = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  return refused ? refused.reason : error;
}

export async function onConnection<T>(open: OpenWork, answer: T | Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (markConnectionError(error)) open.broken = true;
    throw error;
  }
}
