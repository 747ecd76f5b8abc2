import type { Pool } from 'pg';
import type { Charged } from '../../src/billing/gateway/payment-gateway.js';
import type { Booked } from '../../src/shipping/carrier/carrier.js';
import type { Guarded } from './domain.sql.js';
import { call, transaction } from './per-step.js';
import { eventOf, after, steps, type HandSaga, type Outside, type Step } from './saga.js';

/** An order of the batch with what the outside has answered about it. */
interface Row {
  readonly saga: HandSaga;
  readonly answer: Charged | Booked | undefined;
}

/**
 * Many orders a transaction, each step's rows of all of them by one statement a table: what is left when nothing goes
 * wrong and nobody else wants anything. One order that fails would take the whole batch with it.
 */
export async function batched(pool: Pool, sagas: readonly HandSaga[], outside: Outside): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const answers = await Promise.all(sagas.map((saga) => call(step, saga, outside)));
    const rows = sagas.map((saga, i) => ({ saga, answer: answers[i] }));
    const client = await pool.connect();
    try {
      await transaction(client, [...domainOf(step, rows), ...progressOf(step, index + 2, rows)]);
    } finally {
      client.release();
    }
  }
}

function progressOf(step: Step, seq: number, rows: readonly Row[]): Guarded[] {
  const ids = rows.map(({ saga }) => saga.id);
  return [
    many(
      'move-on',
      `UPDATE by_hand.saga
          SET next_step = $3, revision = revision + 1, updated_at = now(),
              finished_at = CASE WHEN $3::text IS NULL THEN now() END
        WHERE id = ANY ($1::uuid[]) AND next_step = $2`,
      [ids, step, after(step)],
      rows.length,
    ),
    many(
      'tell',
      `INSERT INTO by_hand.event (saga_id, seq, kind, data)
       SELECT t.id, $2, 'step-succeeded', t.data FROM unnest($1::uuid[], $3::jsonb[]) AS t (id, data)`,
      [ids, seq, rows.map(({ saga, answer }) => JSON.stringify(eventOf(step, saga, answer)))],
      rows.length,
    ),
  ];
}

function domainOf(step: Step, rows: readonly Row[]): Guarded[] {
  const column = <T>(pick: (row: Row) => T) => rows.map(pick);
  const orderIds = column(({ saga }) => saga.orderId);
  const of = rows.length;
  switch (step) {
    case 'validate-order':
      return [
        many(
          'validate',
          `SELECT total_amount, currency, lines FROM by_hand."order" WHERE id = ANY ($1::uuid[])`,
          [orderIds],
          of,
        ),
      ];
    case 'reserve-inventory': {
      const lines = column(({ saga: { sku, quantity } }) => JSON.stringify([{ sku, quantity }]));
      return [
        many(
          'reserve',
          `INSERT INTO by_hand.reservation (order_id, status, lines)
           SELECT t.id, 'reserved', t.lines FROM unnest($1::uuid[], $2::jsonb[]) AS t (id, lines)`,
          [orderIds, lines],
          of,
        ),
        stock(
          'hold-stock',
          'reserved = s.reserved + t.quantity',
          's.on_hand - s.reserved >= t.quantity',
          rows,
        ),
      ];
    }
    case 'charge-payment':
      return [
        many(
          'charge',
          `INSERT INTO by_hand.payment (id, order_id, status, amount, currency, payment_method, gateway_reference)
           SELECT t.id, t.order_id, 'charged', t.amount, t.currency, t.method, t.reference
             FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[])
               AS t (id, order_id, amount, currency, method, reference)`,
          [
            column(({ saga }) => saga.paymentId),
            orderIds,
            column(({ saga }) => saga.amount),
            column(({ saga }) => saga.currency),
            column(({ saga }) => saga.paymentMethod),
            column(({ answer }) => (answer as Charged).gatewayReference),
          ],
          of,
        ),
      ];
    case 'commit-inventory':
      return [
        many(
          'commit',
          `UPDATE by_hand.reservation SET status = 'committed', updated_at = now()
            WHERE order_id = ANY ($1::uuid[]) AND status = 'reserved'`,
          [orderIds],
          of,
        ),
        stock(
          'take-stock',
          'on_hand = s.on_hand - t.quantity, reserved = s.reserved - t.quantity',
          's.reserved >= t.quantity',
          rows,
        ),
      ];
    case 'arrange-shipping': {
      const shipmentIds = column(({ saga }) => saga.shipmentId);
      const numbers = column(({ answer }) => (answer as Booked).trackingNumber);
      return [
        many(
          'ship',
          `INSERT INTO by_hand.shipment
             (id, order_id, status, carrier, tracking_number, receiver_name, receiver_line1, receiver_line2,
              receiver_city, receiver_postal_code, receiver_country)
           SELECT t.id, t.order_id, 'booked', 'sandbox', t.number, t.name, t.line1, t.line2, t.city, t.postal_code,
                  t.country
             FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::text[])
               AS t (id, order_id, number, name, line1, line2, city, postal_code, country)`,
          [
            shipmentIds,
            orderIds,
            numbers,
            column(({ saga }) => saga.address.name),
            column(({ saga }) => saga.address.line1),
            column(({ saga }) => saga.address.line2),
            column(({ saga }) => saga.address.city),
            column(({ saga }) => saga.address.postalCode),
            column(({ saga }) => saga.address.country),
          ],
          of,
        ),
        many(
          'parcel',
          `INSERT INTO by_hand.parcel (tracking_number, shipment_id, status)
           SELECT t.number, t.id, 'booked' FROM unnest($1::text[], $2::uuid[]) AS t (number, id)`,
          [numbers, shipmentIds],
          of,
        ),
      ];
    }
    case 'confirm-order':
      return [
        many(
          'confirm',
          `UPDATE by_hand."order"
              SET status = 'confirmed', version = version + 1, updated_at = now(),
                  status_history = status_history || jsonb_build_object('version', version + 1, 'status', 'confirmed',
                                                                        'at', now(), 'code', NULL)
            WHERE id = ANY ($1::uuid[]) AND status = 'pending'`,
          [orderIds],
          of,
        ),
      ];
  }
}

/** What all orders want of one product is one change of its row; rows are locked in order of SKU. */
function stock(name: string, change: string, guard: string, rows: readonly Row[]): Guarded {
  const wanted = new Map<string, number>();
  for (const { saga } of rows) wanted.set(saga.sku, (wanted.get(saga.sku) ?? 0) + saga.quantity);
  return many(
    name,
    `WITH held AS MATERIALIZED (
       SELECT sku FROM by_hand.stock WHERE sku = ANY ($1::text[]) ORDER BY sku FOR NO KEY UPDATE
     )
     UPDATE by_hand.stock s SET ${change}
       FROM held JOIN unnest($1::text[], $2::bigint[]) AS t (sku, quantity) USING (sku)
      WHERE s.sku = held.sku AND ${guard}`,
    [[...wanted.keys()], [...wanted.values()]],
    wanted.size,
  );
}

const many = (name: string, text: string, values: unknown[], moves: number): Guarded => ({
  name: `by-hand.many.${name}`,
  text,
  values,
  moves,
});
