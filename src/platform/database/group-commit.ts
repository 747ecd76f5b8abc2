import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { forEverybody } from '../observability/trace/trace-context.js';
import { isUndone } from './commit.js';
import { isConnectionError, markConnectionError } from './connection-error.js';
import { UnitOfWork, type SharedWork } from './unit-of-work.js';

/** Works that share a transaction, at most. */
const most = 64;
/** Who has waited so long for the transactions under way gets another one beside them, in milliseconds. */
const patienceMs = 10;
/** Transactions under way at a time, at most: one that hangs must not hold up everybody. */
const lanes = 4;
/** As long as anybody waits for a connection, in milliseconds: who has waited so long has changed nothing, and is told. */
const longestWaitMs = 10_000;
/** Members of a failed group that are run again at a time. */
const atOnce = 4;

/** A work that waits for its transaction. */
interface Member extends SharedWork<unknown> {
  /** When it came, on the clock of `performance`. */
  readonly since: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Short works that have nothing to do with each other commit together, when they come faster than they can be committed
 * one by one: what arrives while a transaction is under way goes through the next one. Nobody waits for company, nor long for
 * others.
 *
 * Guarantees: each work commits as a whole or not at all, and none fails for the sake of another. When one of a group
 * fails, all of it is rolled back and each is run again, in a transaction of its own: so a work may run twice, and must
 * change nothing outside of its unit of work that the second run does not set right. When nobody knows whether they were
 * committed, or the database is away, all are told, and none is run again.
 */
@Injectable()
export class GroupCommit {
  private waiting: Member[] = [];
  private running = 0;
  private impatience: NodeJS.Timeout | null = null;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Joins the ambient transaction, or runs `work` in one that it may share. No savepoints in it. @throws what `work` throws */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.unitOfWork.isOpen) return work();
    const here = new AsyncResource('GroupCommit');
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({
        work,
        since: performance.now(),
        inContext: (call) => here.runInAsyncScope(call),
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.fill();
    });
  }

  private fill(): void {
    if (this.running === 0) this.begin();
    if (this.waiting.length === 0 || this.impatience) return;
    this.impatience = setTimeout(() => {
      this.impatience = null;
      this.sendAway();
      if (this.running < lanes) this.begin();
      this.fill();
    }, patienceMs);
  }

  private sendAway(): void {
    const latest = performance.now() - longestWaitMs;
    while (this.waiting[0] && this.waiting[0].since < latest) this.waiting.shift()!.reject(waitedTooLong());
  }

  private begin(): void {
    const group = this.waiting.splice(0, most);
    if (group.length === 0) return;
    this.running++;
    void forEverybody(() => this.commit(group)).finally(() => {
      this.running--;
      this.fill();
    });
  }

  /** Never throws. */
  private async commit(group: readonly Member[]): Promise<void> {
    try {
      const values = await this.unitOfWork.runShared(group);
      // In a later turn: what the commit has made ready goes to the database first, and answers are written meanwhile.
      setImmediate(() => group.forEach(({ resolve }, index) => resolve(values[index])));
    } catch (error) {
      if (group.length === 1 || !isUndone(error) || isConnectionError(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      for (let next = 0; next < group.length; next += atOnce) {
        await Promise.all(group.slice(next, next + atOnce).map((member) => this.commit([member])));
      }
    }
  }
}

function waitedTooLong(): Error {
  const error = new Error('timeout exceeded when waiting for a transaction to share');
  markConnectionError(error);
  return error;
}
