import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { v7 } from 'uuid';
import { failpoint } from '../../platform/failpoints/failpoint.js';
import { Settings } from '../../platform/config/settings.js';
import { DefinitionRegistry } from '../definition/index.js';
import { endLease } from '../store/sql/end-lease.sql.js';
import { registerWorker } from '../store/sql/register-worker.sql.js';
import { renewLease } from '../store/sql/renew-lease.sql.js';
import { LeaseConnection } from './lease-connection.js';

/**
 * This worker's lease: one row for all its sagas. While it lives nobody else touches them; once it has run out it
 * is never renewed, for what it covered may be someone else's: the worker drops everything and gets a new id.
 *
 * The database's clock decides; on this side monotonic time is the stricter judge, counted from before the
 * renewal was sent. So a process that was stopped for longer finds out before it acts, not after.
 */
@Injectable()
export class Lease {
  private readonly log = new Logger(Lease.name);
  private readonly lostListeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | null = null;
  private renewing: Promise<void> | null = null;
  private validUntil = 0;
  private current: string | null = null;

  constructor(
    private readonly connection: LeaseConnection,
    private readonly settings: Settings,
    private readonly definitions: DefinitionRegistry,
  ) {}

  /** The id under which this worker owns sagas now; null while it has no lease. */
  get workerId(): string | null {
    return this.current !== null && performance.now() < this.validUntil ? this.current : null;
  }

  /** Calls `listener` when the lease is lost: all that was owned is to be dropped, without a write. */
  onLost(listener: () => void): void {
    this.lostListeners.push(listener);
  }

  async acquire(): Promise<void> {
    const id = v7();
    const sent = performance.now();
    await this.connection.query(registerWorker, [
      id,
      `${hostname()}:${process.pid}`,
      this.settings.leaseSeconds,
      this.definitions.all().map(({ name, version }) => `${name} v${version}`),
    ]);
    this.current = id;
    this.validUntil = sent + this.settings.leaseSeconds * 1_000;
    this.timer ??= setInterval(() => this.tick(), (this.settings.leaseSeconds * 1_000) / 3);
  }

  /** Ends the lease. What is still owned is up for take-over at once, so release it first. */
  async end(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.renewing;
    const id = this.current;
    this.current = null;
    if (id) await this.connection.query(endLease, [id]);
    await this.connection.end();
  }

  private tick(): void {
    this.renewing ??= this.renew().finally(() => {
      this.renewing = null;
    });
  }

  private async renew(): Promise<void> {
    try {
      if (this.workerId === null) return await this.startOver();
      await failpoint('lease.before-renewal');
      const sent = performance.now();
      const rows = await this.connection.query(renewLease, [this.current, this.settings.leaseSeconds]);
      await failpoint('lease.after-renewal');
      if (rows.length === 0) return await this.startOver();
      this.validUntil = sent + this.settings.leaseSeconds * 1_000;
    } catch (error) {
      this.log.warn({ err: error }, 'The lease could not be renewed; it is tried again.');
      if (this.current !== null && this.workerId === null) this.drop();
    }
  }

  private async startOver(): Promise<void> {
    this.drop();
    await this.acquire();
  }

  private drop(): void {
    if (this.current === null) return;
    this.log.warn(
      { worker: this.current },
      'The lease was lost; its sagas are left to whoever takes them over.',
    );
    this.current = null;
    for (const listener of this.lostListeners) listener();
  }
}
