import { withClient } from './server.js';
import { stockOfEach } from './shop.js';

/** Where a contender keeps its books: the tables have the same columns in both. */
const application = {
  order: 'orders."order"',
  payment: 'billing.payment',
  shipment: 'shipping.shipment',
  reservation: 'inventory.reservation',
  stock: 'inventory.stock',
  unfinished: `SELECT count(*) FROM saga.live_instance WHERE definition = 'order-fulfillment'`,
};
const byHand: typeof application = {
  order: 'by_hand."order"',
  payment: 'by_hand.payment',
  shipment: 'by_hand.shipment',
  reservation: 'by_hand.reservation',
  stock: 'by_hand.stock',
  unfinished: `SELECT count(*) FROM by_hand.saga WHERE finished_at IS NULL`,
};

interface Books {
  readonly confirmed: string;
  readonly cancelled: string;
  readonly faults: Record<string, boolean>;
}

/**
 * Each order that was placed has ended; each confirmed one is paid, sent and taken from the stock once, and each
 * cancelled one has its money and its goods back.
 * @throws Error with what does not add up
 */
export async function checkBooks(
  url: string,
  whose: 'application' | 'by-hand',
  expected: { confirmed: number; cancelled: number },
): Promise<void> {
  const t = whose === 'application' ? application : byHand;
  const { rows } = await withClient(url, (client) =>
    client.query<Books>(
      `WITH orders AS (
         SELECT count(*) FILTER (WHERE status IN ('confirmed', 'delivered')) AS confirmed,
                count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                count(*) AS all FROM ${t.order}
       ), facts AS (
         SELECT *,
                (SELECT count(DISTINCT order_id) FROM ${t.payment} WHERE status = 'charged') AS charged,
                (SELECT count(DISTINCT order_id) FROM ${t.payment} WHERE status = 'refunded') AS refunded,
                (SELECT count(*) FROM ${t.payment}) AS payments,
                (SELECT count(DISTINCT order_id) FROM ${t.shipment} WHERE status IN ('booked', 'delivered')) AS booked,
                (SELECT count(*) FROM ${t.shipment}) AS shipments,
                (SELECT count(*) FROM ${t.reservation} WHERE status = 'committed') AS committed,
                (SELECT count(*) FROM ${t.reservation} WHERE status = 'reserved') AS reserved,
                (SELECT sum(${stockOfEach} - on_hand) FROM ${t.stock} WHERE sku LIKE 'BENCH-%') AS taken,
                (SELECT sum(reserved) FROM ${t.stock} WHERE sku LIKE 'BENCH-%') AS held,
                (${t.unfinished}) AS unfinished
           FROM orders
       )
       SELECT confirmed, cancelled,
              jsonb_build_object(
                'orders that have not ended', confirmed + cancelled <> "all",
                'sagas that have not ended', unfinished <> 0,
                'payments', charged <> confirmed OR refunded <> cancelled OR payments <> "all",
                'shipments', booked <> confirmed OR shipments <> "all",
                'reservations', committed <> confirmed OR reserved <> 0,
                'stock', taken <> confirmed OR held <> 0) AS faults
         FROM facts`,
    ),
  );
  const { confirmed, cancelled, faults } = rows[0]!;
  const wrong = Object.keys(faults).filter((what) => faults[what]);
  if (Number(confirmed) !== expected.confirmed) wrong.push(`${confirmed} orders confirmed`);
  if (Number(cancelled) !== expected.cancelled) wrong.push(`${cancelled} orders cancelled`);
  if (wrong.length > 0) throw new Error(`The books of ${whose} do not add up: ${wrong.join(', ')}.`);
}
