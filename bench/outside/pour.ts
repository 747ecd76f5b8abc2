import type { Client } from 'pg';
import type { MemoryCarrier } from './memory-carrier.js';
import type { MemoryGateway } from './memory-gateway.js';

const portion = 5_000;

const pourCharges = `
  INSERT INTO sandbox.charge
    (gateway_reference, reference, order_id, amount, refunded_amount, currency, payment_method, idempotency_key,
     available_at)
  SELECT t.*, clock_timestamp()
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[]) AS t`;

const pourBookings = `
  INSERT INTO sandbox.booking (tracking_number, reference, order_id, status, idempotency_key)
  SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])`;

/**
 * Writes what gateway and carrier remember into the sandbox's ledgers, and lets them forget it: there the auditor finds
 * it, and reconciles our books with it. To be called when nothing is measured and no saga is under way.
 */
export async function pour(client: Client, gateway: MemoryGateway, carrier: MemoryCarrier): Promise<void> {
  const charges = [...gateway.charges.values()];
  for (const some of portionsOf(charges)) {
    await client.query(pourCharges, [
      some.map((charge) => charge.gatewayReference),
      some.map((charge) => charge.reference),
      some.map((charge) => charge.orderId),
      some.map((charge) => charge.amount),
      some.map((charge) => charge.refundedAmount),
      some.map((charge) => charge.currency),
      some.map((charge) => charge.paymentMethod),
      some.map((charge) => charge.idempotencyKey),
    ]);
  }
  const bookings = [...carrier.bookings.values()];
  for (const some of portionsOf(bookings)) {
    await client.query(pourBookings, [
      some.map((booking) => booking.trackingNumber),
      some.map((booking) => booking.reference),
      some.map((booking) => booking.orderId),
      some.map((booking) => (booking.cancelled ? 'cancelled' : 'booked')),
      some.map((booking) => booking.idempotencyKey),
    ]);
  }
  gateway.forget();
  carrier.forget();
}

function portionsOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / portion) }, (_, i) =>
    all.slice(i * portion, (i + 1) * portion),
  );
}
