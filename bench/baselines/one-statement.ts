import type { Pool } from 'pg';
import type { Charged } from '../../src/billing/gateway/payment-gateway.js';
import type { Booked } from '../../src/shipping/carrier/carrier.js';
import { call } from './per-step.js';
import { eventOf, steps, type HandSaga, type Outside, type Step } from './saga.js';

/**
 * One statement a step, which is its own transaction: domain, state and event in one CTE, one round trip. It moves the
 * saga on only if the domain's guard said yes, and touches the domain only if the saga stands at this step.
 */
export async function oneStatement(pool: Pool, saga: HandSaga, outside: Outside): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const answer = await call(step, saga, outside);
    const { rowCount } = await pool.query({
      ...statements[step],
      values: [
        saga.id,
        index + 2,
        JSON.stringify(eventOf(step, saga, answer)),
        ...valuesOf(step, saga, answer),
      ],
    });
    if (rowCount !== 1) throw new Error(`${step} of order ${saga.orderId} could not be done.`);
  }
}

const here = (step: Step) => `FROM by_hand.saga s WHERE s.id = $1 AND s.next_step = '${step}'`;

/** @param domain CTEs, the last one named `done`, which has a row exactly when the step may be taken */
function statementOf(step: Step, domain: string) {
  const following = steps[steps.indexOf(step) + 1];
  return {
    name: `by-hand.cte.${step}`,
    text: `
      WITH ${domain}, moved AS (
        UPDATE by_hand.saga
           SET next_step = ${following ? `'${following}'` : 'NULL'}, revision = revision + 1, updated_at = now()
               ${following ? '' : ', finished_at = now()'}
         WHERE id = $1 AND next_step = '${step}' AND EXISTS (SELECT FROM done)
        RETURNING id
      )
      INSERT INTO by_hand.event (saga_id, seq, kind, data) SELECT id, $2, 'step-succeeded', $3 FROM moved`,
  };
}

const statements: Record<Step, { name: string; text: string }> = {
  'validate-order': statementOf(
    'validate-order',
    `done AS (SELECT total_amount, currency, lines FROM by_hand."order" WHERE id = $4)`,
  ),
  'reserve-inventory': statementOf(
    'reserve-inventory',
    `held AS (
       UPDATE by_hand.stock SET reserved = reserved + $7::bigint
        WHERE sku = $6 AND on_hand - reserved >= $7::bigint AND EXISTS (SELECT ${here('reserve-inventory')})
       RETURNING sku
     ), done AS (
       INSERT INTO by_hand.reservation (order_id, status, lines) SELECT $4, 'reserved', $5 FROM held RETURNING order_id
     )`,
  ),
  'charge-payment': statementOf(
    'charge-payment',
    `done AS (
       INSERT INTO by_hand.payment (id, order_id, status, amount, currency, payment_method, gateway_reference)
       SELECT $4, $5, 'charged', $6, $7, $8, $9 ${here('charge-payment')}
       RETURNING id
     )`,
  ),
  'commit-inventory': statementOf(
    'commit-inventory',
    `taken AS (
       UPDATE by_hand.reservation SET status = 'committed', updated_at = now()
        WHERE order_id = $4 AND status = 'reserved' AND EXISTS (SELECT ${here('commit-inventory')})
       RETURNING order_id
     ), done AS (
       UPDATE by_hand.stock SET on_hand = on_hand - $6::bigint, reserved = reserved - $6::bigint
        WHERE sku = $5 AND reserved >= $6::bigint AND EXISTS (SELECT FROM taken)
       RETURNING sku
     )`,
  ),
  'arrange-shipping': statementOf(
    'arrange-shipping',
    `parcel AS (
       INSERT INTO by_hand.parcel (tracking_number, shipment_id, status)
       SELECT $7, $4, 'booked' ${here('arrange-shipping')}
       RETURNING shipment_id
     ), done AS (
       INSERT INTO by_hand.shipment
         (id, order_id, status, carrier, tracking_number, receiver_name, receiver_line1, receiver_line2, receiver_city,
          receiver_postal_code, receiver_country)
       SELECT $4, $5, 'booked', $6, $7, $8, $9, $10, $11, $12, $13 FROM parcel
       RETURNING id
     )`,
  ),
  'confirm-order': statementOf(
    'confirm-order',
    `done AS (
       UPDATE by_hand."order"
          SET status = 'confirmed', version = version + 1, updated_at = now(),
              status_history = status_history || jsonb_build_object('version', version + 1, 'status', 'confirmed',
                                                                    'at', now(), 'code', NULL)
        WHERE id = $4 AND status = 'pending' AND EXISTS (SELECT ${here('confirm-order')})
       RETURNING id
     )`,
  ),
};

function valuesOf(step: Step, saga: HandSaga, answer?: Charged | Booked): unknown[] {
  const { orderId, paymentId, shipmentId, sku, quantity, amount, currency, paymentMethod, address } = saga;
  switch (step) {
    case 'validate-order':
    case 'confirm-order':
      return [orderId];
    case 'reserve-inventory':
      return [orderId, JSON.stringify([{ sku, quantity }]), sku, quantity];
    case 'charge-payment':
      return [paymentId, orderId, amount, currency, paymentMethod, (answer as Charged).gatewayReference];
    case 'commit-inventory':
      return [orderId, sku, quantity];
    case 'arrange-shipping': {
      const { carrier, trackingNumber } = answer as Booked;
      const { name, line1, line2, city, postalCode, country } = address;
      return [shipmentId, orderId, carrier, trackingNumber, name, line1, line2, city, postalCode, country];
    }
  }
}
