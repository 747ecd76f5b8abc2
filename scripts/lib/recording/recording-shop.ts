import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { readSettings } from '../../../src/platform/config/read-settings.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { migrate } from '../../../src/platform/database/migrations-runner.js';
import type { Entry } from '../../../src/saga/engine/entries.js';
import { orderFulfillment, Sagas } from '../../../src/saga/index.js';
import { serve } from '../../../src/serve.js';
import { ControlledClock } from '../../../test/support/controlled-clock.js';

export interface Wishes {
  readonly paymentMethod?: string;
  readonly postalCode?: string;
  readonly currency?: string;
  readonly sku?: string;
  readonly quantity?: number;
}

const patienceMs = 120_000;

/** The real application on a database of its own, whose clock can be moved ahead. */
export class RecordingShop {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly url: string,
    private readonly client: Client,
    private readonly clock: ControlledClock,
  ) {}

  static async open(databaseUrl: string, env: Record<string, string>): Promise<RecordingShop> {
    await migrate(databaseUrl);
    const clock = await ControlledClock.install(databaseUrl);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    // What an ordinary order costs: the condition is recorded at its limit.
    const settings = readSettings({ LOG_LEVEL: 'silent', REVIEW_ABOVE: '3780', PORT: '0', ...env });
    const app = await serve(settings, databaseUrl, 0);
    const { port } = (app as unknown as { getHttpServer(): { address(): { port: number } } })
      .getHttpServer()
      .address();
    return new RecordingShop(app, `http://127.0.0.1:${port}`, client, clock);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.client.end();
    await this.clock.close();
  }

  /** Which version the next orders get. */
  takeVersion(version: number): void {
    Object.assign(orderFulfillment.defaultVersions, { 'order-fulfillment': version });
  }

  /** @returns the order's id */
  async place({
    sku = 'SKU-1',
    quantity = 2,
    postalCode = '10115',
    ...wishes
  }: Wishes = {}): Promise<string> {
    const shippingAddress = { name: 'A', line1: 'B', city: 'C', postalCode, country: 'DE' };
    const { id } = await this.post<{ id: string }>('/v1/orders', 'client', {
      customerId: 'c-1',
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
      lines: [{ sku, quantity }],
      shippingAddress,
      ...wishes,
    });
    return id;
  }

  async post<Answer = unknown>(path: string, role: string, body: object): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer demo-${role}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer as Answer;
  }

  /** An operator's or a supervisor's action on the saga of an order. */
  async act(
    orderId: string,
    action: string,
    more: object = {},
    definition = 'order-fulfillment',
  ): Promise<void> {
    const { id } = await this.saga(definition, orderId);
    await this.post(`/v1/admin/sagas/${id}/${action}`, 'supervisor', { reason: 'for the record', ...more });
  }

  async start(definition: string, orderId: string, reference: string): Promise<void> {
    const [unitOfWork, sagas] = [
      this.app.get(UnitOfWork, { strict: false }),
      this.app.get(Sagas, { strict: false }),
    ];
    const input = { orderId, reference };
    await unitOfWork.run(() => sagas.start(definition, 1, [{ correlationId: orderId, input }]));
  }

  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }

  /** Waits until the saga of an order has the status; time may pass meanwhile, for each look. */
  async until(
    definition: string,
    orderId: string,
    status: string,
    {
      holds = () => true,
      advanceMs = 0,
    }: { holds?: (entries: readonly Entry[]) => boolean; advanceMs?: number } = {},
  ): Promise<readonly Entry[]> {
    for (const end = Date.now() + patienceMs; ; await new Promise((next) => setTimeout(next, 200))) {
      const saga = await this.saga(definition, orderId).catch(() => null);
      const entries = saga ? await this.journal(saga.id) : [];
      if (saga?.status === status && holds(entries)) return entries;
      if (Date.now() > end) {
        throw new Error(
          `${definition} of ${orderId} is ${saga?.status}:\n${JSON.stringify(entries, null, 1)}`,
        );
      }
      if (advanceMs > 0) await this.advance(advanceMs);
    }
  }

  private async saga(definition: string, orderId: string): Promise<{ id: string; status: string }> {
    const { rows } = await this.client.query<{ id: string; status: string }>(
      'SELECT id, status FROM saga.instance WHERE definition = $1 AND correlation_id = $2',
      [definition, orderId],
    );
    if (!rows[0]) throw new Error(`There is no ${definition} of ${orderId}.`);
    return rows[0];
  }

  private async journal(id: string): Promise<readonly Entry[]> {
    const { rows } = await this.client.query<{ entries: Entry[] }>(
      'SELECT entries FROM saga.journal WHERE saga_id = $1 ORDER BY seq',
      [id],
    );
    return rows.flatMap(({ entries }) => entries);
  }
}
