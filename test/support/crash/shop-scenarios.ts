import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { GatewayWebhookController } from '../../../src/billing/http/gateway-webhook.controller.js';
import { AdjustStock } from '../../../src/inventory/application/adjust-stock.handler.js';
import { PutProduct } from '../../../src/inventory/application/put-product.handler.js';
import { DecideOrder } from '../../../src/orders/application/decide-order.js';
import { PlaceOrders, type NewOrder } from '../../../src/orders/application/place-orders.js';
import { statement } from '../../../src/platform/database/statement.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { webhookEventSchema } from '../../../src/platform/messaging/webhooks/webhook-event.schema.js';
import { Rejection } from '../../../src/platform/messaging/rejection.js';
import type { CrashScenario } from '../../../src/saga/testing/crash/index.js';
import { auditWith } from '../books.js';
import { eventually } from '../eventually.js';
import { reviewAbove } from './shop-process.js';
import { auditSince } from './audit-orders.js';

const onHand = 100;

const lockKey = statement('crash.lock-key', `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`);
const findOrders = statement('crash.find-orders', `SELECT id FROM orders."order" WHERE customer_id = $1`);

interface Wish {
  readonly paymentMethod?: string;
  readonly postalCode?: string;
  /** Minor units a piece. */
  readonly unitAmount?: number;
  /** What the customer or an operator does with the placed orders; repeated until it has gone through. */
  decide?(app: INestApplicationContext, orders: readonly string[]): Promise<void>;
  readonly ends: CrashScenario['ends'];
}

const decideAll = async (
  app: INestApplicationContext,
  orders: readonly string[],
  decide: (decisions: DecideOrder, order: string) => Promise<void>,
) => {
  for (const order of orders) {
    try {
      await decide(app.get(DecideOrder, { strict: false }), order);
    } catch (error) {
      // Said before, by a process that died before it could tell.
      if (!(error instanceof Rejection)) throw error;
    }
  }
};

const wishes: Readonly<Record<string, Wish>> = {
  happy: { ends: 'completed' },
  declined: { paymentMethod: 'pm_card_declined', ends: 'compensated' },
  undeliverable: { postalCode: 'REJECT', ends: 'compensated' },
  reviewed: {
    unitAmount: reviewAbove + 1,
    async decide(app, orders) {
      const reviewed = { approve: true, reason: 'known customer', actor: 'ada' };
      await untilWaiting(app, orders);
      await decideAll(app, orders, (decisions, order) => decisions.review(order, reviewed));
    },
    ends: 'completed',
  },
  cancelled: {
    unitAmount: reviewAbove + 1,
    async decide(app, orders) {
      await untilWaiting(app, orders);
      await decideAll(app, orders, (decisions, order) => decisions.cancel(order, 'changed my mind', 'ada'));
    },
    ends: 'compensated',
  },
  // The cancel comes while it runs: before the pivot or after it.
  regretted: {
    async decide(app, orders) {
      await decideAll(app, orders, (decisions, order) => decisions.cancel(order, 'changed my mind', 'ada'));
    },
    ends: ['completed', 'compensated'],
  },
  // The bank takes its time, and its notices come twice and at once.
  'paid-by-bank': { paymentMethod: 'pm_card_bank', decide: hearTheBank, ends: 'completed' },
};

/** These pass the same points in each run; the others pass them as it happens. */
const inOrder = ['happy', 'declined', 'undeliverable', 'reviewed', 'cancelled'];

/** The scenarios, for `CrashKit.run`. */
export const scenarioNames = { all: Object.keys(wishes), inOrder };

/** Brings the webhooks that the gateway has for us, as it may: several times, and not one after the other. */
async function hearTheBank(app: INestApplicationContext, orders: readonly string[]): Promise<void> {
  const database = app.get(DataSource);
  const webhooks = await eventually(async () => {
    const found = await database.query<{ body: string }[]>(
      `SELECT w.body FROM sandbox.webhook w
         JOIN sandbox.charge c ON c.webhook_id = w.id
        WHERE c.order_id = ANY($1::uuid[]) AND c.available_at <= clock_timestamp()`,
      [orders],
    );
    if (found.length !== orders.length)
      throw new Error('The bank has not taken its time for all of them yet.');
    return found;
  });
  const controller = app.get(GatewayWebhookController, { strict: false });
  const events = webhooks.map(({ body }) => webhookEventSchema.parse(JSON.parse(body)));
  await Promise.all([...events, ...events.reverse()].map((event) => controller.take(event)));
}

async function untilWaiting(app: INestApplicationContext, orders: readonly string[]): Promise<void> {
  const database = app.get(DataSource);
  await eventually(async () => {
    const early = await database.query<unknown[]>(
      `SELECT FROM saga.instance WHERE correlation_id = ANY($1::text[]) AND status = 'running' AND current_step = 'validate-order'`,
      [orders],
    );
    return early.length === 0;
  });
}

/** What can befall orders of the shop, each with so many orders. @param client where the books are read */
export function shopScenarios(client: () => Client, orders = 1): CrashScenario[] {
  return Object.entries(wishes).map(([name, wish]) => scenario(client, name, wish, orders));
}

function scenario(client: () => Client, name: string, wish: Wish, count: number): CrashScenario {
  /** When each run began, by the database's clock. */
  const begun = new Map<string, Date>();
  return {
    name,
    ends: wish.ends,
    // The carrier tells nothing in a run: a confirmed order goes on being tracked.
    leaves: { completed: ['order-tracking'] },

    async prepare(app, run) {
      const { rows } = await client().query<{ now: Date }>('SELECT clock_timestamp() AS now');
      begun.set(run, rows[0]!.now);
      const commands = app.get(CommandBus);
      const product = { name: `Product ${run}`, unitAmount: wish.unitAmount ?? 500, currency: 'EUR' };
      await commands.execute(new PutProduct(run, product));
      await commands.execute(new AdjustStock(run, onHand, 'delivered', 'ada'));
    },

    async drive(app, run) {
      const ids = await placeOnce(app, run, wish, count);
      await wish.decide?.(app, ids);
      return ids;
    },

    async check(app, run, keys) {
      const since = begun.get(run)!;
      begun.delete(run);
      return [
        ...(await auditWith(client(), { orders: keys, stock: { [run]: onHand } })),
        ...(await auditSince(app, since, client())),
      ];
    },
  };
}

/** As with an idempotency key: a client that got no answer orders again, and has ordered once. */
async function placeOnce(
  app: INestApplicationContext,
  run: string,
  wish: Wish,
  count: number,
): Promise<readonly string[]> {
  const unitOfWork = app.get(UnitOfWork);
  return unitOfWork.run(async () => {
    await unitOfWork.query(lockKey, [run]);
    const placed = await unitOfWork.query<{ id: string }>(findOrders, [run]);
    if (placed.length > 0) return placed.map(({ id }) => id);
    const orders = Array.from({ length: count }, () => newOrder(run, wish));
    const placements = await app.get(CommandBus).execute(new PlaceOrders(orders));
    return placements.map((placement) => {
      if ('refusal' in placement) throw placement.refusal;
      return placement.order.id;
    });
  });
}

function newOrder(run: string, { paymentMethod = 'pm_card_visa', postalCode = '10115' }: Wish): NewOrder {
  return {
    customerId: run,
    currency: 'EUR',
    lines: [{ sku: run, quantity: 1 }],
    paymentMethod,
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: 'Hauptstr. 1',
      line2: null,
      city: 'Berlin',
      postalCode,
      country: 'DE',
    },
  };
}
