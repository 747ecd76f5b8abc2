import type { INestApplicationContext } from '@nestjs/common';
import type { SagaStatus } from '../../engine/instance-row.js';

/** What clients do, and how it has to end whatever happens meanwhile. */
export interface CrashScenario {
  /** As it appears in schedules; without spaces. */
  readonly name: string;

  /** Puts in place what a run needs, before anything happens to it. */
  prepare?(app: INestApplicationContext, run: string): Promise<void>;

  /**
   * Starts sagas, and does whatever else clients do with them. Called again, in another process maybe, when it throws
   * or its process dies: it must begin with a look at what it has done before, as a client repeats a request.
   * @param run different in each run: for keys and names
   * @returns the sagas' business keys
   */
  drive(app: INestApplicationContext, run: string): Promise<readonly string[]>;

  /** How each of its sagas ends; several, when it depends on who comes first. */
  readonly ends: SagaStatus | readonly SagaStatus[];

  /**
   * The definitions whose sagas its own leave behind under their business keys, each once, by how they ended. These go
   * on waiting for something that does not come in the run. Default: none.
   */
  readonly leaves?: Readonly<Partial<Record<SagaStatus, readonly string[]>>>;

  /** What is wrong after all sagas have ended, a sentence each; empty: nothing. What the outside has is looked at here. */
  check?(app: INestApplicationContext, run: string, keys: readonly string[]): Promise<string[]>;
}

export interface CrashKitOptions {
  /** A database of the kit's own, reached over TCP: no other worker may run on it, and sessions are told by their ports. */
  readonly databaseUrl: string;

  /**
   * Starts the application as another process would: a new context with new connections. `LEASE_SECONDS` is best at
   * 3 to 6: a lease must not run out by itself while the machine is busy.
   */
  boot(): Promise<INestApplicationContext>;

  readonly scenarios: readonly CrashScenario[];

  /** Restarts the database server; needed for the accident `restart` only. */
  readonly restartDatabase?: () => Promise<void>;

  /** How long the sagas of a run may take to end, from the last start of a process, in milliseconds. Default 30,000. */
  readonly patienceMs?: number;
}
