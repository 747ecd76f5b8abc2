import type { Charged } from '../../src/billing/gateway/payment-gateway.js';
import type { Booked } from '../../src/shipping/carrier/carrier.js';
import type { HandSaga, Step } from './saga.js';

/** A prepared statement with its values, and how many rows it moves: fewer mean that its guard said no. */
export interface Guarded {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
  readonly moves: number;
}

const guarded = (name: string, text: string, values: unknown[]): Guarded => ({
  name: `by-hand.${name}`,
  text,
  values,
  moves: 1,
});

const confirmed = `jsonb_build_object('version', version + 1, 'status', 'confirmed', 'at', now(), 'code', NULL)`;

/** What a step writes into the domain's tables, a statement a table. */
export function domainOf(step: Step, saga: HandSaga, answer?: Charged | Booked): Guarded[] {
  const { orderId, paymentId, shipmentId, sku, quantity, amount, currency, paymentMethod, address } = saga;
  switch (step) {
    case 'validate-order':
      return [
        guarded('validate', `SELECT total_amount, currency, lines FROM by_hand."order" WHERE id = $1`, [
          orderId,
        ]),
      ];
    case 'reserve-inventory':
      return [
        guarded(
          'reserve',
          `INSERT INTO by_hand.reservation (order_id, status, lines) VALUES ($1, 'reserved', $2)`,
          [orderId, JSON.stringify([{ sku, quantity }])],
        ),
        guarded(
          'hold-stock',
          `UPDATE by_hand.stock SET reserved = reserved + $2::bigint WHERE sku = $1 AND on_hand - reserved >= $2::bigint`,
          [sku, quantity],
        ),
      ];
    case 'charge-payment':
      return [
        guarded(
          'charge',
          `INSERT INTO by_hand.payment (id, order_id, status, amount, currency, payment_method, gateway_reference)
           VALUES ($1, $2, 'charged', $3, $4, $5, $6)`,
          [paymentId, orderId, amount, currency, paymentMethod, (answer as Charged).gatewayReference],
        ),
      ];
    case 'commit-inventory':
      return [
        guarded(
          'commit',
          `UPDATE by_hand.reservation SET status = 'committed', updated_at = now()
            WHERE order_id = $1 AND status = 'reserved'`,
          [orderId],
        ),
        guarded(
          'take-stock',
          `UPDATE by_hand.stock SET on_hand = on_hand - $2::bigint, reserved = reserved - $2::bigint
            WHERE sku = $1 AND reserved >= $2::bigint`,
          [sku, quantity],
        ),
      ];
    case 'arrange-shipping': {
      const { name, line1, line2, city, postalCode, country } = address;
      const { carrier, trackingNumber } = answer as Booked;
      return [
        guarded(
          'ship',
          `INSERT INTO by_hand.shipment
             (id, order_id, status, carrier, tracking_number, receiver_name, receiver_line1, receiver_line2, receiver_city,
              receiver_postal_code, receiver_country)
           VALUES ($1, $2, 'booked', $3, $4, $5, $6, $7, $8, $9, $10)`,
          [shipmentId, orderId, carrier, trackingNumber, name, line1, line2, city, postalCode, country],
        ),
        guarded(
          'parcel',
          `INSERT INTO by_hand.parcel (tracking_number, shipment_id, status) VALUES ($1, $2, 'booked')`,
          [trackingNumber, shipmentId],
        ),
      ];
    }
    case 'confirm-order':
      return [
        guarded(
          'confirm',
          `UPDATE by_hand."order"
              SET status = 'confirmed', version = version + 1, updated_at = now(),
                  status_history = status_history || ${confirmed}
            WHERE id = $1 AND status = 'pending'`,
          [orderId],
        ),
      ];
  }
}
