import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import pg from 'pg';
import { DatabaseUrl } from '../database/database-url.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { statement } from '../database/statement.js';

const notify = statement('platform.notify', `SELECT pg_notify($1, '')`);

/** At most one notification a channel in this time, milliseconds: NOTIFY takes a lock that commits queue for. */
const coalesceMs = 5;
const reconnectMs = 1_000;

/** What may be signalled: that sagas are due, that a dependency's breaker has moved, that there is a job to run. */
export type Channel = 'saga_due' | 'saga_dependency' | 'saga_job';

/**
 * Wakes other processes that would otherwise notice at their next lookout. Never more than a hint: a signal may be
 * lost (a cut connection, a pooler in between), and every listener has the `Lookout` as well. Sent after the commit, in a
 * statement of its own, many at once.
 */
@Injectable()
export class Signals implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Signals.name);
  private readonly listeners = new Map<Channel, (() => void)[]>();
  private readonly scheduled = new Map<Channel, NodeJS.Timeout>();
  private client: pg.Client | null = null;
  private reconnecting: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly url: DatabaseUrl,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.reconnecting) clearTimeout(this.reconnecting);
    this.scheduled.forEach((timer) => clearTimeout(timer));
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  /** Register before the application has started. */
  listen(channel: Channel, listener: () => void): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  /** Tells all processes, this one included. */
  raise(channel: Channel): void {
    this.heard(channel);
    if (this.stopped || this.scheduled.has(channel)) return;
    const timer = setTimeout(() => {
      this.scheduled.delete(channel);
      this.unitOfWork
        .query(notify, [channel])
        .catch((error: unknown) =>
          this.log.debug({ err: error }, 'A signal was lost; the lookout makes up for it.'),
        );
    }, coalesceMs);
    this.scheduled.set(channel, timer);
  }

  private heard(channel: Channel): void {
    this.listeners.get(channel)?.forEach((listener) => listener());
  }

  private async connect(): Promise<void> {
    if (this.stopped || this.listeners.size === 0) return;
    const client = new pg.Client({
      connectionString: this.url.value,
      application_name: 'order-saga signals',
    });
    client.on('notification', ({ channel }) => this.heard(channel as Channel));
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    this.client = client;
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${channel}`);
    } catch {
      this.reconnect(client);
    }
  }

  private reconnect(broken: pg.Client): void {
    if (this.stopped || this.client !== broken) return;
    this.client = null;
    broken.end().catch(() => undefined);
    this.reconnecting = setTimeout(() => void this.connect(), reconnectMs);
  }
}
