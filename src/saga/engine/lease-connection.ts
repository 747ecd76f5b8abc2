import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../../platform/config/settings.js';
import { DatabaseUrl } from '../../platform/database/database-url.js';
import type { Statement } from '../../platform/database/statement.js';

/**
 * A connection for nothing but the lease. From the pool it would queue behind everybody's work, and a busy worker
 * would lose its lease because it is busy.
 */
@Injectable()
export class LeaseConnection {
  private client: pg.Client | null = null;

  constructor(
    private readonly url: DatabaseUrl,
    private readonly settings: Settings,
  ) {}

  /** @throws the connection's error, or one when there is no answer in a third of the lease */
  async query(statement: Statement, values: readonly unknown[]): Promise<pg.QueryResultRow[]> {
    const client = this.client ?? (await this.connect());
    try {
      return (await client.query<pg.QueryResultRow>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      this.drop(client);
      throw error;
    }
  }

  async end(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  private async connect(): Promise<pg.Client> {
    const patienceMs = (this.settings.leaseSeconds * 1_000) / 3;
    const client = new pg.Client({
      connectionString: this.url.value,
      application_name: 'order-saga lease',
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    client.on('error', () => this.drop(client));
    await client.connect();
    this.client = client;
    return client;
  }

  private drop(client: pg.Client): void {
    if (this.client === client) this.client = null;
    client.end().catch(() => undefined);
  }
}
