import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { PoolClient, QueryResultRow } from 'pg';
import { commit, rollback, toldOf } from './commit.js';
import { markConnectionError } from './connection-error.js';
import { answersTo, hasEnded, onConnection, reasonOf, type OpenWork } from './open-work.js';
import { goOnWith, presumingIn } from './presumption.js';
import { behindSavepoint } from './savepoint.js';
import { begins, type WorkOn } from './begins.js';
import type { Statement } from './statement.js';

/** One of several works that share a transaction. */
export interface SharedWork<T> {
  readonly work: () => Promise<T>;
  /** Calls back in the asynchronous context that the work belongs to. */
  readonly inContext: <R>(call: () => R) => R;
}

/** One for all applications of a process: Node makes every promise pay for each storage that was ever used. */
const ambient = new AsyncLocalStorage<OpenWork>();

/**
 * The ambient transaction.
 *
 * Guarantees: everything run inside `run` shares one PostgreSQL transaction, however deep the calls nest; hooks
 * of `afterCommit` run only once the commit has been answered. Does not guarantee: that an after-commit hook
 * runs (the process may die); whoever needs that stores an intent or an outbox row inside.
 */
@Injectable()
export class UnitOfWork {
  private readonly log = new Logger(UnitOfWork.name);

  constructor(private readonly dataSource: DataSource) {}

  /** True inside `run`. */
  get isOpen(): boolean {
    return this.ambient !== undefined;
  }

  /** The ambient transaction's entity manager, or one outside any transaction. For reads. */
  get manager(): EntityManager {
    return this.ambient?.runner.manager ?? this.dataSource.manager;
  }

  /**
   * Joins the ambient transaction, or opens one, runs `work` in it and commits; rolls back when `work` throws.
   * @param name what kind it is, for the failpoints around its commit; one that joins has the name of the outer one
   * @param on what its statements are about; one that joins has that of the outer one
   * @throws whatever `work` throws; an error of the connection when nobody knows whether the commit took place
   */
  async run<T>(work: () => Promise<T>, name = 'work', on: WorkOn = 'rows'): Promise<T> {
    if (this.ambient) return work();
    return this.runAlone(work, name, on);
  }

  /**
   * Runs several works side by side in one transaction: all of them commit, or none. None may use `nested`: a savepoint
   * would take back what the others wrote, too.
   * @returns what they return, in their order
   * @throws what the first of them in the row throws, once all have ended
   */
  runShared<T>(works: readonly SharedWork<T>[]): Promise<T[]> {
    if (this.ambient) throw new Error('What is to share a transaction cannot join another one.');
    return this.runAlone(
      async () => {
        const open = this.require();
        open.shared = works.length > 1;
        return answersTo(works.map(({ inContext, work }) => inContext(() => ambient.run(open, work))));
      },
      'work',
      'rows',
    );
  }

  private async runAlone<T>(work: () => Promise<T>, name: string, on: WorkOn): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const client = await connect(runner);
    const open: OpenWork = {
      of: this,
      runner,
      client,
      name,
      on,
      beforeCommit: [],
      afterCommit: [],
      tellAs: null,
      presumed: null,
      unanswered: [],
      refused: null,
      takeBacks: [],
      fate: 'undone',
      savepoints: 0,
      shared: false,
      closed: false,
      broken: false,
    };
    let committed = false;
    try {
      const result = await ambient.run(open, async () => {
        const begun = onConnection(open, client.query(begins[on]));
        // Not waited for: the first statement goes out behind it. Whatever keeps it from beginning fails that one too.
        begun.catch(() => undefined);
        try {
          const value = await work();
          await begun;
          // A hook may add another one (a stored event that starts something), so this is no `for … of`.
          for (let i = 0; i < open.beforeCommit.length; i++) await open.beforeCommit[i]!();
          await commit(open);
          return value;
        } catch (error) {
          throw toldOf(open, await reasonOf(open.unanswered, error));
        }
      });
      committed = true;
      return result;
    } finally {
      open.closed = true;
      // Outside the ambient transaction on purpose: what a hook starts must not join a closed one.
      if (committed) ambient.exit(() => this.runHooks(open.afterCommit));
      else await rollback(client, open.broken);
      await runner.release();
    }
  }

  private runHooks(hooks: readonly (() => void)[]): void {
    for (const hook of hooks) {
      try {
        hook();
      } catch (error) {
        this.log.error('An after-commit hook failed; what it was to do is left to recovery.', error);
      }
    }
  }

  /**
   * Runs `work` behind a savepoint: when it throws, only its own writes are undone and the error is thrown on.
   * @throws Error outside a unit of work, and inside one that several share.
   */
  async nested<T>(work: () => Promise<T>): Promise<T> {
    return behindSavepoint(this.require(), work);
  }

  /** Runs a prepared statement in the ambient transaction, or on a connection of the pool when there is none. */
  async query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const open = this.optional();
    // A connection keeps a plan by this name, as it was made by whoever came first: not for another kind of work.
    const name = open ? `${statement.name}:${open.on}` : statement.name;
    const query = { name, text: statement.text, values: values as unknown[] };
    if (open) {
      return (await onConnection(open, open.client.query<Row>(query))).rows;
    }
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = await connect(runner);
      return (await client.query<Row>(query).catch(throwMarked)).rows;
    } finally {
      await runner.release();
    }
  }

  /**
   * Leaves it to the commit to wait for a statement's answer: the COMMIT goes out behind it at once, which saves a round
   * trip. So whatever the statement is to refuse it has to refuse by an error of the server, which fails the commit, and
   * its values must have been made before; what `written` does with its answer is done before the hooks of `afterCommit`,
   * and undoes nothing any more. Inside a unit of work.
   */
  withCommit(written: Promise<unknown>): void {
    // Should nobody be here to hear it any more.
    written.catch(() => undefined);
    const open = this.require();
    const { tellAs } = open;
    const told = tellAs
      ? written.catch((error: unknown) => {
          throw tellAs(error);
        })
      : written;
    // Heard at the commit, or once the work has thrown: it is why then.
    told.catch((error: unknown) => (open.refused ??= { error }));
    open.unanswered.push(told);
  }

  /**
   * Runs `work`. Should a statement that it leaves to the commit be refused, the unit of work fails with `tellAs` of its
   * error: by then nobody else knows whose statement it was. Inside a unit of work, and not side by side with others.
   */
  async telling<T>(tellAs: (error: unknown) => unknown, work: () => Promise<T>): Promise<T> {
    const open = this.require();
    const outer = open.tellAs;
    open.tellAs = tellAs;
    try {
      return await work();
    } finally {
      open.tellAs = outer;
    }
  }

  /**
   * Goes on with the answer that is nearly always given instead of waiting for it, where the ambient unit of work lets
   * its work do so (`presuming`); elsewhere waits. What is asked behind it leaves together with it then, which saves a
   * round trip. Only for statements of this unit of work: another answer takes everything back. Its first statement must
   * have been sent when this is called, and be the only one that locks, so that the order of locks stays as it is.
   *
   * @param likely compared with the answer by its structure
   * @returns `likely`, or the answer
   * @throws what `answer` throws, when it is waited for
   */
  async presume<T>(likely: T, answer: Promise<T>): Promise<T> {
    // Should nobody be here to hear it any more.
    answer.catch(() => undefined);
    return goOnWith(this.require(), likely, answer);
  }

  /**
   * Runs `work`, which may go on with what it presumes, and waits for the answers. Inside a unit of work.
   * @throws NotAsPresumed when one was another, or was still missing when `work` failed: nothing that came of it counts
   *   then, and it is to be run again without
   */
  async presuming<T>(work: () => Promise<T>): Promise<T> {
    return presumingIn(this.require(), work);
  }

  /** Registers work for the end of the ambient transaction, inside it. @throws Error outside a unit of work. */
  beforeCommit(hook: () => Promise<void>): void {
    this.require().beforeCommit.push(hook);
  }

  /** Registers work for after the commit; at once when no transaction is open. Hooks must not throw. */
  afterCommit(hook: () => void): void {
    const open = this.optional();
    if (open) open.afterCommit.push(hook);
    else hook();
  }

  /** Registers what to do when the savepoint behind which this is called is rolled back. Inside a unit of work. */
  onTakenBack(hook: () => void): void {
    this.require().takeBacks.push(hook);
  }

  /** A key that lives as long as the ambient transaction, for state bound to it; null outside one. */
  get current(): object | null {
    return this.ambient ?? null;
  }

  private get ambient(): OpenWork | undefined {
    const open = ambient.getStore();
    return open?.of === this ? open : undefined;
  }

  private require(): OpenWork {
    const open = this.optional();
    if (!open) throw new Error('No unit of work is open here: call this inside UnitOfWork.run().');
    return open;
  }

  private optional(): OpenWork | undefined {
    const open = this.ambient;
    if (open?.closed) {
      throw new Error(hasEnded);
    }
    return open;
  }
}

async function connect(runner: QueryRunner): Promise<PoolClient> {
  return (await runner.connect().catch(throwMarked)) as PoolClient;
}

function throwMarked(error: unknown): never {
  markConnectionError(error);
  throw error;
}
