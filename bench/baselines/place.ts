import type { Pool } from 'pg';
import { v7 } from 'uuid';
import { benchOrder } from '../lib/bench-order.js';
import { orderOf, unitAmount } from '../world/shop.js';
import { eventOf, steps, type HandSaga } from './saga.js';

/** The how many-th order, with the ids that it will need. */
export function handSaga(number: number): HandSaga {
  const { customerId, currency, lines, paymentMethod, shippingAddress: address } = orderOf(number, false);
  const [{ sku, quantity }] = lines as [{ sku: string; quantity: number }];
  const ids = { id: v7(), orderId: v7(), paymentId: v7(), shipmentId: v7() };
  return {
    ...ids,
    customerId,
    sku,
    quantity,
    amount: unitAmount * quantity,
    currency,
    paymentMethod,
    address,
  };
}

/** Orders with their products, sagas and first events, in one statement for one or for many. */
const placeOrders = {
  name: 'by-hand.place',
  text: `
  WITH new AS (
    SELECT *
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::jsonb[], $8::jsonb[])
        AS n (saga_id, order_id, customer_id, sku, quantity, amount, input, event)
  ), placed AS (
    INSERT INTO by_hand."order"
      (id, status, customer_id, currency, total_amount, payment_method, lines, ship_to_name, ship_to_line1, ship_to_line2,
       ship_to_city, ship_to_postal_code, ship_to_country, status_history, version, created_at, updated_at)
    SELECT n.order_id, 'pending', n.customer_id, 'EUR', n.amount, '${benchOrder.paymentMethod}',
           jsonb_build_array(jsonb_build_object('sku', p.sku, 'name', p.name, 'quantity', n.quantity,
                                                'unitAmount', p.unit_amount, 'currency', p.currency)),
           $9, $10, $11, $12, $13, $14,
           jsonb_build_array(jsonb_build_object('version', 1, 'status', 'pending', 'at', now(), 'code', NULL)),
           1, now(), now()
      FROM new n JOIN by_hand.product p ON p.sku = n.sku
  ), listed AS (
    INSERT INTO by_hand.order_sku (sku, order_id) SELECT sku, order_id FROM new
  ), told AS (
    INSERT INTO by_hand.event (saga_id, seq, kind, data) SELECT saga_id, 1, 'started', event FROM new
  )
  INSERT INTO by_hand.saga (id, order_id, next_step, input)
  SELECT saga_id, order_id, '${steps[0]}', input FROM new`,
};

export async function place(pool: Pool, sagas: readonly HandSaga[]): Promise<void> {
  const { name, line1, line2, city, postalCode, country } = sagas[0]!.address;
  await pool.query({
    ...placeOrders,
    values: [
      sagas.map((saga) => saga.id),
      sagas.map((saga) => saga.orderId),
      sagas.map((saga) => saga.customerId),
      sagas.map((saga) => saga.sku),
      sagas.map((saga) => saga.quantity),
      sagas.map((saga) => saga.amount),
      sagas.map((saga) => JSON.stringify(inputOf(saga))),
      sagas.map((saga) => JSON.stringify(eventOf(steps[0], saga))),
      ...[name, line1, line2, city, postalCode, country],
    ],
  });
}

function inputOf({ orderId, paymentId, shipmentId, customerId, sku, quantity, amount, currency }: HandSaga) {
  const lines = [{ sku, quantity }];
  return { orderId, paymentId, shipmentId, customerId, totalAmount: amount, currency, lines };
}
