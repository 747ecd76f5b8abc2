import type { Type } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { v7 } from 'uuid';
import { ChargePaymentHandler } from '../../src/billing/application/charge-payment.handler.js';
import { RefundPaymentHandler } from '../../src/billing/application/refund-payment.handler.js';
import { BillingModule } from '../../src/billing/billing.module.js';
import { ChargePayment, RefundPayment } from '../../src/billing/contracts/billing-commands.js';
import { PaymentGateway } from '../../src/billing/gateway/payment-gateway.js';
import { SandboxGatewayPace } from '../../src/billing/gateway/sandbox-pace.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { appOptions, configureApp } from '../../src/platform/http/configure-app.js';
import { sign } from '../../src/platform/http/webhook-signature.js';
import type { Attempt } from '../../src/platform/messaging/command-handlers.js';
import type { Message } from '../../src/platform/messaging/message.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { SandboxWorld } from '../../src/platform/sandbox/sandbox-world.js';
import { createTestDatabase } from '../support/database.js';
import { HttpClient } from '../support/http-client.js';

export interface BillingAppOptions {
  /** Seconds that the bank takes. Default 5, as in the product. */
  readonly bankSeconds?: number;
  /** Another app's database, for tests of several processes; without it the app makes its own. */
  readonly sharedUrl?: string;
  /** Whether it serves HTTP. Default true. */
  readonly listens?: boolean;
}

export interface PaymentRow {
  readonly status: string;
  readonly amount: number;
  readonly refunded_amount: number;
  readonly gateway_reference: string | null;
  readonly decline_code: string | null;
}

export interface LedgerRow {
  readonly amount: number;
  readonly refunded_amount: number;
}

/** The billing module alone with the real platform below it. */
export async function startBillingApp({
  bankSeconds = 5,
  sharedUrl,
  listens = true,
}: BillingAppOptions = {}) {
  const database = sharedUrl === undefined ? await createTestDatabase() : null;
  const url = sharedUrl ?? database!.url;
  const settings = readSettings({ DATABASE_URL: url, LOG_LEVEL: 'silent' });
  const module = await Test.createTestingModule({
    imports: [PlatformModule.forRoot({ settings, databaseUrl: url }), BillingModule],
  })
    .overrideProvider(SandboxGatewayPace)
    .useValue(new SandboxGatewayPace({ bankSeconds }))
    .compile();
  const app = module.createNestApplication<NestExpressApplication>(appOptions);
  configureApp(app);
  if (listens) await app.listen(0, '127.0.0.1');
  else await app.init();
  const events: Message<unknown>[] = [];
  app.get(EventBus, { strict: false }).subscribe((event) => void events.push(event as Message<unknown>));
  const dataSource = app.get(DataSource, { strict: false });
  const http = new HttpClient(listens ? await app.getUrl() : 'http://127.0.0.1:1');
  const get = <T>(type: Type<T> | (abstract new (...args: never[]) => T)): T =>
    app.get<T>(type, { strict: false });

  return {
    url,
    http,
    events,
    dataSource,
    get,
    unitOfWork: get(UnitOfWork),
    world: get(SandboxWorld),
    gateway: get<PaymentGateway>(PaymentGateway),
    charging: get(ChargePaymentHandler),
    refunding: get(RefundPaymentHandler),

    async row(paymentId: string): Promise<PaymentRow | undefined> {
      const rows = await dataSource.query<PaymentRow[]>('SELECT * FROM billing.payment WHERE id = $1', [
        paymentId,
      ]);
      return rows[0];
    },

    /** What the outside world has taken under a reference. */
    async ledger(reference: string): Promise<LedgerRow[]> {
      return dataSource.query<LedgerRow[]>(
        `SELECT amount, refunded_amount FROM sandbox.charge
          WHERE reference = $1 AND available_at <= now() AND voided_at IS NULL`,
        [reference],
      );
    },

    /** Posts what a gateway would post; a new event unless the id is given. */
    async tell(type: string, data: unknown, id: string = v7()) {
      const body = JSON.stringify({ id, type, createdAt: new Date().toISOString(), data });
      return http.post<{ code?: string; errors?: { pointer: string }[] }>('/v1/webhooks/payments', body, {
        key: null,
        headers: { 'webhook-signature': sign(settings.webhookSecrets[0]!, body, new Date()) },
      });
    },

    async close(): Promise<void> {
      await app.close();
      await database?.drop();
    },
  };
}

export type BillingApp = Awaited<ReturnType<typeof startBillingApp>>;

/** A new payment of a new order. */
export function payment(paymentMethod = 'pm_card_visa', amount = 3780): ChargePayment {
  return new ChargePayment({ paymentId: v7(), orderId: v7(), amount, currency: 'EUR', paymentMethod });
}

export const refundOf = ({ data: { paymentId, orderId } }: ChargePayment) =>
  new RefundPayment({ paymentId, orderId });

/** One attempt of a call. */
export function attempt(more: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    signal: AbortSignal.timeout(20_000),
    lastProgress: null,
    heartbeat: () => undefined,
    ...more,
  };
}

export const retryable = expect.objectContaining({ name: 'RetryableError' }) as unknown;
export const unknownOutcome = expect.objectContaining({ name: 'OutcomeUnknownError' }) as unknown;
