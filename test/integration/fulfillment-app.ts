import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { PlaceOrders } from '../../src/orders/application/place-orders.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Signals } from '../../src/platform/messaging/signals.js';
import { fold } from '../../src/saga/engine/evolve.js';
import { auditBooks } from '../support/books.js';
import { readSagas } from '../support/books/sagas.js';
import { ControlledClock } from '../support/controlled-clock.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { HttpClient } from '../support/http-client.js';
import type { Fault } from '../support/sabotage/sabotage.js';
import { createSabotagedApp } from '../support/sabotage/sabotaged-app.js';

export interface Wish {
  readonly version?: 1 | 2;
  readonly faults?: readonly Fault[];
  /** Default: a product of its own, of which there are `onHand` pieces. */
  readonly sku?: string;
  readonly unitAmount?: number;
  readonly quantity?: number;
  readonly postalCode?: string;
  readonly paymentMethod?: string;
}

export interface PlacedOrder {
  readonly id: string;
  readonly sku: string;
}

export interface FulfillmentAppOptions {
  readonly settings?: Record<string, string>;
  /** Another app's database, for tests of a deploy; without it the app makes its own, with a clock to be controlled. */
  readonly sharedUrl?: string;
  readonly logger?: LoggerService | null;
}

/** Pieces of a new product, and how many an order takes. */
export const onHand = 3;
export const ordered = 2;
export const unitAmount = 1_000;

const home = { name: 'Ada Lovelace', line1: 'Hauptstr. 1', line2: null, city: 'Berlin', country: 'DE' };

/** The whole application in this process, with its own handlers, on real ledgers; what goes wrong is the test's. */
export async function startFulfillmentApp({
  settings = {},
  sharedUrl,
  logger = null,
}: FulfillmentAppOptions = {}) {
  const database = sharedUrl === undefined ? await createTestDatabase() : null;
  const url = sharedUrl ?? database!.url;
  const clock = database && (await ControlledClock.install(url));
  const { app, sabotage, versions } = await createSabotagedApp(
    url,
    // So long a lease that moving the clock by some minutes does not end it.
    { LOG_LEVEL: 'silent', LEASE_SECONDS: '3600', ...settings },
    logger,
  );
  await app.listen(0, '127.0.0.1');
  const http = new HttpClient(await app.getUrl());
  const operator = http.as('demo-operator');
  const dataSource = app.get(DataSource, { strict: false });
  const unitOfWork = app.get(UnitOfWork, { strict: false });
  const query = <Row>(text: string, values: unknown[]) => dataSource.query<Row[]>(text, values);

  async function newProduct(price = unitAmount, pieces = onHand): Promise<string> {
    const sku = `T-${randomUUID()}`;
    const product = { name: 'Thing', unitAmount: price, currency: 'EUR' };
    expect((await operator.put(`/v1/products/${sku}`, product)).status).toBe(201);
    const adjustment = { quantity: pieces, reason: 'delivered by the supplier' };
    expect((await operator.post(`/v1/products/${sku}/stock-adjustments`, adjustment)).status).toBe(201);
    return sku;
  }

  return {
    url,
    http,
    operator,
    app,
    sabotage,
    /** Only of an app with a database of its own. */
    clock: clock!,
    dataSource,
    newProduct,

    /** Places an order; what is to go wrong with it is known before it is committed. */
    async place(wish: Wish = {}): Promise<PlacedOrder> {
      const { version = 2, faults = [], quantity = ordered, postalCode = '10115' } = wish;
      const sku = wish.sku ?? (await newProduct(wish.unitAmount));
      const order = {
        ...{ customerId: 'c-1', currency: 'EUR', lines: [{ sku, quantity }] },
        paymentMethod: wish.paymentMethod ?? 'pm_card_visa',
        shippingAddress: { ...home, postalCode },
      };
      versions.next = version;
      return unitOfWork.run(async () => {
        const [placement] = await app.get(CommandBus, { strict: false }).execute(new PlaceOrders([order]));
        if (!placement || !('order' in placement)) throw new Error('The order was refused.');
        sabotage.plan(placement.order.id, ...faults);
        return { id: placement.order.id, sku };
      });
    },

    /** Waits until what was to go wrong once has done so. */
    untilSprung: ({ id }: PlacedOrder, { command }: Fault) =>
      eventually(() => sabotage.find(command, id) === null),

    /** Waits until none of these has anything to do any more but wait for somebody; back-off passes at once. */
    async rest(orders: readonly PlacedOrder[]): Promise<void> {
      const ids = orders.map(({ id }) => id);
      await eventually(
        async () => {
          const [row] = await query<{ moving: number; sleeping: number; ms: number }>(
            `SELECT count(*) FILTER (WHERE owner IS NOT NULL OR wake_at <= clock_timestamp())::int AS moving,
                    count(*) FILTER (WHERE owner IS NULL AND wake_at > clock_timestamp())::int AS sleeping,
                    ceil(extract(epoch FROM max(wake_at) - clock_timestamp()) * 1000)::float8 AS ms
               FROM saga.instance
              WHERE correlation_id = ANY($1::text[]) AND finished_at IS NULL AND status <> 'waiting'`,
            [ids],
          );
          if (row!.moving > 0) return false;
          if (row!.sleeping === 0) return true;
          await clock!.advance(row!.ms + 1);
          app.get(Signals, { strict: false }).raise('saga_due');
          return false;
        },
        { within: 50_000 },
      );
    },

    /** Waits until the order's saga has the status. */
    until: ({ id }: PlacedOrder, status: string) =>
      eventually(async () => {
        const [found] = await readSagas(query, [id]);
        expect(found!.row.status).toBe(status);
      }),

    /** Lets so much time pass, and wakes whoever waits for it. */
    async pass(milliseconds: number): Promise<void> {
      await clock!.advance(milliseconds);
      app.get(Signals, { strict: false }).raise('saga_due');
    },

    /** The saga of an order: its row, its journal and what that folds to. */
    async saga({ id }: PlacedOrder) {
      const [found] = await readSagas(query, [id]);
      const journal = found!.journal.flatMap(({ entries }) => entries);
      return { row: found!.row, journal, state: fold(journal) };
    },

    async order({ id }: PlacedOrder) {
      const { body } = await http.get<{ status: string; failure: { code: string } | null }>(
        `/v1/orders/${id}`,
      );
      return body;
    },

    /** What an operator does with the order's saga. @returns the answer's status */
    async act(order: PlacedOrder, action: 'retry' | 'compensate'): Promise<number> {
      const { row } = await this.saga(order);
      const path = `/v1/admin/sagas/${row.id}/${action}`;
      return (await operator.post(path, { reason: 'The fault is mended.' })).status;
    },

    /** What there is of an order in the world: on the shelf, at the gateway, at the carrier. */
    async world({ id, sku }: PlacedOrder) {
      const [row] = await query<{ onHand: number; reserved: number; paid: number; parcels: number }>(
        `SELECT s.on_hand::int AS "onHand", s.reserved::int AS reserved,
                (SELECT COALESCE(sum(amount - refunded_amount), 0)::int FROM sandbox.charge
                  WHERE order_id = $2 AND voided_at IS NULL) AS paid,
                (SELECT count(*)::int FROM sandbox.booking WHERE order_id = $2 AND status = 'booked') AS parcels
           FROM inventory.stock s WHERE s.sku = $1`,
        [sku, id],
      );
      return row!;
    },

    /** How often it was charged and booked in all, whatever became of that. */
    async effects({ id }: PlacedOrder) {
      const [row] = await query<{ charges: number; bookings: number }>(
        `SELECT (SELECT count(*)::int FROM sandbox.charge WHERE order_id = $1) AS charges,
                (SELECT count(*)::int FROM sandbox.booking WHERE order_id = $1) AS bookings`,
        [id],
      );
      return row!;
    },

    /** What is wrong with the books of these orders, by ours and by the auditor's own judgement. */
    async findings(orders: readonly PlacedOrder[]): Promise<unknown[]> {
      const stock = Object.fromEntries(orders.map(({ sku }) => [sku, onHand]));
      const books = await auditBooks(url, { orders: orders.map(({ id }) => id), stock });
      const { body } = await operator.post<{ violations: unknown[] }>('/v1/admin/invariants/check');
      return [...books, ...body.violations];
    },

    async close(): Promise<void> {
      await app.close();
      await clock?.close();
      await database?.drop();
    },
  };
}

export type FulfillmentApp = Awaited<ReturnType<typeof startFulfillmentApp>>;
