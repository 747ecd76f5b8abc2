import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { markConnectionError } from '../../../platform/database/connection-error.js';
import type { SagaStanding } from './standings.js';

/** How long the server may be away, in milliseconds. */
const patienceMs = 20_000;
/** A session that is told to end does so in a few milliseconds. */
const lookAgainMs = 3;

const ofPorts = `FROM pg_stat_activity
  WHERE datname = current_database() AND client_port = ANY($1::int[]) AND pid <> pg_backend_pid()`;

/** What the kit itself does to and asks of the database server, on a connection that no accident befalls. */
export class Server {
  private client: pg.Client | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly restartServer: (() => Promise<void>) | null,
  ) {}

  /** Time passes: all leases run out. */
  async expireLeases(): Promise<void> {
    await this.query(
      `UPDATE saga.worker SET expires_at = clock_timestamp() WHERE expires_at > clock_timestamp()`,
    );
  }

  /** Ends the sessions of these client ports, and waits until they have ended. */
  async endSessions(ports: readonly number[]): Promise<void> {
    if (ports.length === 0) return;
    // Each time anew, as one that was only just being opened is not known to be ours the first time; and not with the
    // function's own patience: it looks again after 100 ms only.
    while ((await this.query(`SELECT pg_terminate_backend(pid) ${ofPorts}`, [ports])).length > 0)
      await delay(lookAgainMs);
  }

  /** Every delivery that waits comes twice, and every other one a little later: also across keys, out of order. */
  async repeatDeliveries(): Promise<void> {
    await this.query(`
      INSERT INTO platform.delivery (subscriber, message_id, type, key, payload)
      SELECT subscriber, gen_random_uuid(), type, key, payload FROM platform.delivery`);
    await this.query(`
      UPDATE platform.delivery SET due_at = clock_timestamp() + interval '150 ms'
       WHERE id IN (SELECT id FROM platform.delivery WHERE id % 2 = 0 FOR UPDATE SKIP LOCKED)`);
  }

  /** @throws Error when the kit was not told how */
  async restart(): Promise<void> {
    if (!this.restartServer) throw new Error('This kit was not told how to restart the database.');
    await this.restartServer();
  }

  /** Sagas of these business keys, as they stand. */
  sagas(keys: readonly string[]): Promise<SagaStanding[]> {
    return this.query<SagaStanding>(
      `SELECT id, correlation_id AS key, definition, status, current_step AS step, error_code AS code,
              finished_at IS NOT NULL AS ended
         FROM saga.instance WHERE correlation_id = ANY($1::text[]) ORDER BY correlation_id`,
      [keys],
    );
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  /** One at a time, and again while the server is away: it may be being restarted. */
  private query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const answer = this.last.then(() => this.untilAnswered<Row>(text, values));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async untilAnswered<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<Row[]> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        const client = this.client ?? (await this.connect());
        return (await client.query<Row>(text, values)).rows;
      } catch (error) {
        if (!markConnectionError(error) || Date.now() > deadline) throw error;
        this.client = null;
        await delay(50);
      }
    }
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'crash kit' });
    client.on('error', () => undefined);
    await client.connect();
    this.client = client;
    return client;
  }
}
