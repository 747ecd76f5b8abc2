/** A wrong that is done to the books behind everybody's back, and how it is put right. */
export interface Tampering {
  readonly name: string;
  /** Whose rows: an order that was confirmed, or one that the carrier refused. */
  readonly of?: 'confirmed' | 'cancelled';
  /** $1 is the order, $2 its saga. */
  readonly wrong: string;
  readonly right: string;
  /** Codes, and what the first one's text says. */
  readonly finds: readonly string[];
  readonly says: RegExp;
  /** False: it is about no order. */
  readonly aboutOrder?: boolean;
}

const payment = (set: string) => `UPDATE billing.payment SET ${set} WHERE order_id = $1`;
const reservation = (status: string) =>
  `UPDATE inventory.reservation SET status = '${status}' WHERE order_id = $1`;
const stock = (set: string) => `UPDATE inventory.stock SET ${set} WHERE sku = 'AUDIT-1'`;
const shipment = (set: string) => `UPDATE shipping.shipment SET ${set} WHERE order_id = $1`;
const order = (set: string) => `UPDATE orders."order" SET ${set} WHERE id = $1`;
const instance = (set: string) => `UPDATE saga.instance SET ${set} WHERE id = $2`;
const charge = (set: string) => `UPDATE sandbox.charge SET ${set} WHERE order_id = $1`;

export const tamperings: readonly Tampering[] = [
  {
    name: 'a confirmed order has paid too much',
    wrong: payment('amount = amount + 100'),
    right: payment('amount = amount - 100'),
    finds: ['BILLING.KEPT_NOT_AS_OWED', 'BILLING.GATEWAY_DISAGREES'],
    says: /is confirmed and owes EUR 5\.00, but EUR 6\.00 is kept/,
  },
  {
    name: 'a cancelled order was never refunded',
    of: 'cancelled',
    wrong: payment(`status = 'charged', refunded_amount = 0`),
    right: payment(`status = 'refunded', refunded_amount = amount`),
    finds: ['BILLING.KEPT_NOT_AS_OWED', 'BILLING.GATEWAY_DISAGREES'],
    says: /is cancelled and owes EUR 0\.00, but EUR 5\.00 is kept/,
  },
  {
    name: 'more is reserved than open reservations hold',
    wrong: stock('reserved = reserved + 3'),
    right: stock('reserved = reserved - 3'),
    finds: ['INVENTORY.RESERVED_NOT_AS_OPEN'],
    says: /AUDIT-1 says that 3 pieces are reserved, but open reservations hold 0/,
    aboutOrder: false,
  },
  {
    name: 'stock is below zero',
    wrong: stock('on_hand = on_hand - 1000'),
    right: stock('on_hand = on_hand + 1000'),
    finds: ['INVENTORY.NEGATIVE', 'INVENTORY.ON_HAND_UNEXPLAINED'],
    says: /below zero: -9\d\d on hand/,
    aboutOrder: false,
  },
  {
    name: 'pieces appear on the shelf',
    wrong: stock('on_hand = on_hand + 5'),
    right: stock('on_hand = on_hand - 5'),
    finds: ['INVENTORY.ON_HAND_UNEXPLAINED'],
    says: /adjustments of 100 less \d+ taken by orders leave \d+/,
    aboutOrder: false,
  },
  {
    name: 'a compensated saga left its reservation open',
    of: 'cancelled',
    wrong: reservation('reserved'),
    right: reservation('released'),
    finds: ['INVENTORY.RESERVATION_LEFT_OPEN', 'INVENTORY.RESERVED_NOT_AS_OPEN'],
    says: /has ended compensated, but the order's reservation is still open/,
  },
  {
    name: 'a compensated saga left its goods taken',
    of: 'cancelled',
    wrong: reservation('committed'),
    right: reservation('released'),
    finds: ['INVENTORY.GOODS_NOT_RETURNED', 'INVENTORY.ON_HAND_UNEXPLAINED'],
    says: /was compensated, but its goods were never returned/,
  },
  {
    name: 'a completed saga took no goods',
    wrong: reservation('released'),
    right: reservation('committed'),
    finds: ['INVENTORY.GOODS_NOT_TAKEN', 'INVENTORY.ON_HAND_UNEXPLAINED'],
    says: /is completed, but no goods were taken for it: its reservation is released/,
  },
  {
    name: 'a compensated saga left a shipment',
    of: 'cancelled',
    wrong: shipment(`status = 'booked', carrier = 'sandbox', tracking_number = 'SBX-LEFT'`),
    right: shipment(`status = 'failed', carrier = NULL, tracking_number = NULL`),
    finds: ['SHIPPING.SHIPMENT_LEFT', 'SHIPPING.CARRIER_DISAGREES'],
    says: /was compensated, but 1 shipment\(s\) of it are booked/,
  },
  {
    name: 'nothing was shipped for a completed saga',
    wrong: shipment(`status = 'cancelled'`),
    right: shipment(`status = 'booked'`),
    finds: ['SHIPPING.NOTHING_SHIPPED', 'SHIPPING.CARRIER_DISAGREES'],
    says: /is completed, but nothing was shipped/,
  },
  {
    name: 'an order was shipped twice',
    wrong: `INSERT INTO shipping.shipment (id, order_id, status, carrier, tracking_number)
            VALUES ('01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f', $1, 'in_transit', 'sandbox', 'SBX-TWICE')`,
    right: `DELETE FROM shipping.shipment WHERE tracking_number = 'SBX-TWICE'`,
    finds: ['SHIPPING.SHIPPED_TWICE', 'SHIPPING.CARRIER_DISAGREES'],
    says: /has 2 shipments/,
  },
  {
    name: 'an order is not what its saga made of it',
    wrong: order(`status = 'pending'`),
    right: order(`status = 'confirmed'`),
    finds: ['ORDERS.STATUS_NOT_AS_SAGA'],
    says: /is pending, but its saga is completed/,
  },
  {
    name: 'a saga has lost its order',
    wrong: order(`id = '01980b5e-2c4a-7c3e-9f6d-000000000001'`),
    right: `UPDATE orders."order" SET id = $1 WHERE id = '01980b5e-2c4a-7c3e-9f6d-000000000001'`,
    finds: ['SAGA.WITHOUT_ORDER', 'ORDERS.WITHOUT_SAGA'],
    says: /but no such order/,
  },
  {
    name: 'nobody goes on with a saga',
    wrong: instance(`id = id, status = 'running', finished_at = NULL`),
    right: instance(`status = 'completed', finished_at = updated_at`),
    finds: ['SAGA.NOBODY_GOES_ON', 'SAGA.ROW_NOT_AS_JOURNAL', 'ORDERS.STATUS_NOT_AS_SAGA'],
    says: /is running, but nobody owns it and nothing will wake it/,
  },
  {
    name: 'the worker of a saga is gone',
    wrong:
      instance(`status = 'running', finished_at = NULL, version = 99, owner = '01980b5e-2c4a-7c3e-9f6d-00000000dead',
                     updated_at = updated_at - interval '1 hour'`),
    right:
      instance(`status = 'completed', version = 2, owner = NULL, updated_at = updated_at + interval '1 hour',
                     finished_at = updated_at + interval '1 hour'`),
    finds: ['SAGA.NOBODY_GOES_ON', 'SAGA.ROW_NOT_AS_JOURNAL', 'ORDERS.STATUS_NOT_AS_SAGA'],
    says: /is running, but the worker that owns it is gone/,
  },
  {
    name: 'a saga waits for nothing',
    wrong: instance(`status = 'waiting', finished_at = NULL`),
    right: instance(`status = 'completed', finished_at = updated_at`),
    finds: ['SAGA.WAITS_FOR_NOTHING', 'SAGA.ROW_NOT_AS_JOURNAL', 'ORDERS.STATUS_NOT_AS_SAGA'],
    says: /is waiting, but has neither a wake-up nor anything it waits for/,
  },
  {
    name: 'a saga ended with an open effect',
    of: 'cancelled',
    wrong: instance('open_effects = 1'),
    right: instance('open_effects = 0'),
    finds: ['SAGA.ENDED_WITH_OPEN_EFFECT', 'SAGA.ROW_NOT_AS_JOURNAL'],
    says: /has ended compensated with 1 effect\(s\) that were never undone/,
  },
  {
    name: 'a row is not the fold of its journal',
    wrong: instance('length = length + 1'),
    right: instance('length = length - 1'),
    finds: ['SAGA.ROW_NOT_AS_JOURNAL'],
    says: /the row's length is \d+, its journal says \d+\./,
  },
  {
    name: 'the gateway gave money back that we keep',
    wrong: charge('refunded_amount = amount'),
    right: charge('refunded_amount = 0'),
    finds: ['BILLING.GATEWAY_DISAGREES'],
    says: /is charged and keeps EUR 5\.00, but the gateway keeps EUR 0\.00/,
  },
  {
    name: 'the gateway charged twice',
    wrong: `INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                        idempotency_key, available_at)
            SELECT 'ch_twice', reference, order_id, amount, currency, payment_method, 'again', available_at
              FROM sandbox.charge WHERE order_id = $1`,
    right: `DELETE FROM sandbox.charge WHERE gateway_reference = 'ch_twice'`,
    finds: ['BILLING.GATEWAY_DISAGREES'],
    says: /but the gateway keeps EUR 10\.00 in 2 charges/,
  },
  {
    name: 'the gateway charged what we never asked for',
    wrong: `INSERT INTO sandbox.charge (gateway_reference, reference, order_id, amount, currency, payment_method,
                                        idempotency_key, available_at)
            VALUES ('ch_stranger', '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f', $1, 100, 'EUR', 'pm_card_visa', 'x', now())`,
    // As the finding says.
    right: `UPDATE sandbox.charge SET refunded_amount = amount WHERE gateway_reference = 'ch_stranger'`,
    finds: ['BILLING.UNKNOWN_CHARGE'],
    says: /we have no such payment/,
  },
  {
    name: 'the carrier has lost a booking',
    wrong: `UPDATE sandbox.booking SET status = 'cancelled' WHERE order_id = $1`,
    right: `UPDATE sandbox.booking SET status = 'booked' WHERE order_id = $1`,
    finds: ['SHIPPING.CARRIER_DISAGREES'],
    says: /is booked with SBX\w+, but the carrier has no booking for it/,
  },
  {
    name: 'the carrier booked what we never asked for',
    wrong: `INSERT INTO sandbox.booking (tracking_number, reference, order_id, status, idempotency_key)
            VALUES ('SBX-STRANGER', '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f', $1, 'booked', 'x')`,
    right: `UPDATE sandbox.booking SET status = 'cancelled' WHERE tracking_number = 'SBX-STRANGER'`,
    finds: ['SHIPPING.UNKNOWN_BOOKING'],
    says: /we have no such shipment/,
  },
];
