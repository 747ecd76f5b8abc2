import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type PoolClient, type QueryResultRow } from 'pg';
import { DatabaseUrl } from '../database/database-url.js';
import { PooledClient } from '../database/pooled-client.js';
import type { Statement } from '../database/statement.js';
import type { SandboxDependency, SandboxFaults } from './sandbox-faults.js';
import { countRequest } from './sql/count-request.sql.js';
import { readFaults, type FaultsRow } from './sql/read-faults.sql.js';
import { setFaults } from './sql/set-faults.sql.js';

/** Runs statements of the outside world, alone or in a transaction of its own. */
export interface SandboxSession {
  query<Row extends QueryResultRow>(sql: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * The pretended outside world, as seen by its own parties: schema `sandbox`, on connections of its own.
 *
 * Guarantees: what happens here commits by itself, whatever becomes of the application's transactions, and stays
 * when the process is killed. Only the sandbox adapters may use it: nothing here can be joined with our own rows.
 */
@Injectable()
export class SandboxWorld implements SandboxSession, OnApplicationShutdown {
  private readonly logger = new Logger(SandboxWorld.name);
  private readonly pool: Pool;
  private readonly ending = new AbortController();
  private faultsToCome: Promise<SandboxFaults> | null = null;

  constructor(databaseUrl: DatabaseUrl) {
    this.pool = new Pool({
      Client: PooledClient,
      connectionString: databaseUrl.value,
      application_name: 'sandbox',
      max: 6,
      idleTimeoutMillis: 10_000,
    });
    // A cut connection also fails the statement on it, if there was one; unheard, it would end the process.
    this.pool.on('error', (error) => this.logger.warn({ msg: 'A sandbox connection was lost', err: error }));
  }

  async query<Row extends QueryResultRow>(
    sql: Statement | string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(prepared(sql, values))).rows;
  }

  /** Runs `work` in a transaction of the outside world. */
  async transaction<T>(work: (session: SandboxSession) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onLoss = (error: Error) => (broken = error);
    client.on('error', onLoss);
    try {
      await client.query('BEGIN');
      const result = await work(sessionOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(onLoss);
      throw error;
    } finally {
      client.off('error', onLoss);
      client.release(broken);
    }
  }

  /** How the sandbox is set now. Calls of one turn of the event loop share the answer, which is read after them. */
  faults(): Promise<SandboxFaults> {
    this.faultsToCome ??= new Promise((turn) => setImmediate(turn)).then(() => {
      this.faultsToCome = null;
      return this.readFaults();
    });
    return this.faultsToCome;
  }

  /** Changes what is given and leaves the rest; every process acts on it from its next request on. */
  async setFaults(patch: Partial<SandboxFaults>): Promise<SandboxFaults> {
    await this.query(setFaults, [
      patch.payments ?? null,
      patch.carrier ?? null,
      patch.latencyMs ?? null,
      patch.forgetKeysAfterSeconds !== undefined,
      patch.forgetKeysAfterSeconds ?? null,
    ]);
    return this.readFaults();
  }

  /** Counts a request, and says the how many-th it is under its key: 1 for the first. For "fails twice". */
  async countRequest(dependency: SandboxDependency, key: string): Promise<number> {
    const [row] = await this.query<{ count: number }>(countRequest, [dependency, key]);
    return row!.count;
  }

  /** Lets time pass on the other side. Does not keep the process alive. @throws AbortError when the process ends. */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    await delay(milliseconds, undefined, { ref: false, signal: this.ending.signal });
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.pool.end();
  }

  private async readFaults(): Promise<SandboxFaults> {
    const [row] = await this.query<FaultsRow>(readFaults);
    return {
      payments: row!.payments,
      carrier: row!.carrier,
      latencyMs: row!.latency_ms,
      forgetKeysAfterSeconds: row!.forget_keys_after_seconds,
    };
  }
}

function sessionOn(client: PoolClient): SandboxSession {
  return {
    query: async <Row extends QueryResultRow>(sql: Statement | string, values: readonly unknown[] = []) =>
      (await client.query<Row>(prepared(sql, values))).rows,
  };
}

function prepared(sql: Statement | string, values: readonly unknown[]) {
  return typeof sql === 'string' ? { text: sql, values: [...values] } : { ...sql, values: [...values] };
}
