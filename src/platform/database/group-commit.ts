import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { forEverybody } from '../observability/trace/trace-context.js';
import { isConnectionError } from './connection-error.js';
import { UnitOfWork, type SharedWork } from './unit-of-work.js';

/** Works that share a transaction, at most. */
const most = 64;
/** Who has waited so long for the transactions under way gets another one beside them, in milliseconds. */
const patienceMs = 10;
/** Transactions under way at a time, at most: one that hangs must not hold up everybody. */
const lanes = 4;

/** A work that waits for its transaction. */
interface Member extends SharedWork<unknown> {
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
 * change nothing outside of its unit of work that the second run does not set right. Only a lost connection is told to
 * all: nobody knows then whether they were committed.
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
      if (this.running < lanes) this.begin();
      this.fill();
    }, patienceMs);
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
      group.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (error) {
      // Not waited for: those who come next need not.
      if (group.length > 1 && !isConnectionError(error))
        for (const member of group) void this.commit([member]);
      else for (const { reject } of group) reject(error);
    }
  }
}
