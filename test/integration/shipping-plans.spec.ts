import type { Statement } from '../../src/platform/database/statement.js';
import { bookFirstTime } from '../../src/shipping/carrier/sql/book-first-time.sql.js';
import { cancelBookings } from '../../src/shipping/carrier/sql/cancel-bookings.sql.js';
import { findBooking } from '../../src/shipping/carrier/sql/find-booking.sql.js';
import { findRememberedBooking } from '../../src/shipping/carrier/sql/find-remembered-booking.sql.js';
import { listBookings } from '../../src/shipping/carrier/sql/list-bookings.sql.js';
import { lockReference } from '../../src/shipping/carrier/sql/lock-reference.sql.js';
import { advanceParcel } from '../../src/shipping/persistence/sql/advance-parcel.sql.js';
import { bookShipments } from '../../src/shipping/persistence/sql/book-shipments.sql.js';
import { cancelShipments } from '../../src/shipping/persistence/sql/cancel-shipments.sql.js';
import { moveShipment } from '../../src/shipping/persistence/sql/move-shipment.sql.js';
import { readShipmentStates } from '../../src/shipping/persistence/sql/read-shipment-states.sql.js';
import { readShipments } from '../../src/shipping/persistence/sql/read-shipments.sql.js';
import { refuseShipments } from '../../src/shipping/persistence/sql/refuse-shipments.sql.js';
import { requestShipments } from '../../src/shipping/persistence/sql/request-shipments.sql.js';
import { startShippingApp, type ShippingApp } from './shipping-app.js';

const MANY = 20_000;

let shipping: ShippingApp;
beforeAll(async () => {
  shipping = await startShippingApp();
  const { dataSource } = shipping;
  await dataSource.query(`
    INSERT INTO shipping.shipment (id, order_id, status, carrier, tracking_number)
    SELECT gen_random_uuid(), gen_random_uuid(), 'delivered', 'sandbox', 'SBX' || i FROM generate_series(1, ${MANY}) AS i`);
  await dataSource.query(`
    INSERT INTO shipping.parcel (tracking_number, shipment_id, status)
    SELECT tracking_number, id, status FROM shipping.shipment`);
  await dataSource.query(`
    INSERT INTO sandbox.booking (tracking_number, reference, order_id, status, idempotency_key)
    SELECT tracking_number, id, order_id, 'booked', id::text FROM shipping.shipment`);
  await dataSource.query(`
    INSERT INTO sandbox.reference (dependency, reference) SELECT 'carrier', id FROM shipping.shipment`);
  await dataSource.query(`
    INSERT INTO sandbox.webhook (id, dependency, path, body, due_at)
    SELECT id, 'carrier', '/', '{}', now() + interval '1 day' FROM shipping.shipment`);
  await dataSource.query('ANALYZE');
});
afterAll(() => shipping.close());

async function explain(text: string, values: readonly unknown[] = []): Promise<string> {
  const lines = await shipping.dataSource.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${text}`, [...values]);
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

/** The plan that PostgreSQL keeps for a prepared statement once it has stopped looking at the values. */
async function genericPlan({ text }: Statement): Promise<string> {
  const values = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const runner = shipping.dataSource.createQueryRunner();
  try {
    await runner.query('SET plan_cache_mode = force_generic_plan');
    await runner.query(`PREPARE explained AS ${text}`);
    const nulls = Array.from({ length: values }, () => 'NULL').join(', ');
    const lines = (await runner.query(`EXPLAIN EXECUTE explained (${nulls})`)) as { 'QUERY PLAN': string }[];
    await runner.query('DEALLOCATE explained');
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  } finally {
    await runner.query('RESET plan_cache_mode');
    await runner.release();
  }
}

it.each([
  requestShipments,
  readShipments,
  readShipmentStates,
  bookShipments,
  refuseShipments,
  cancelShipments,
  advanceParcel,
  moveShipment,
  bookFirstTime,
  lockReference,
  findRememberedBooking,
  findBooking,
  cancelBookings,
  listBookings,
])('$name scans no table from end to end', async (statement) => {
  expect(await genericPlan(statement)).not.toMatch(
    /Seq Scan on (shipping|sandbox|shipment|parcel|booking|reference|webhook)/,
  );
});

it('lists the shipments of an order, and all of them, by an index', async () => {
  const ofOrder = 'SELECT * FROM shipping.shipment WHERE order_id = $1 ORDER BY id DESC LIMIT 51';
  expect(await explain(ofOrder, ['019ae1c0-7c02-7b52-8f0e-5f6f3f0f9a10'])).toContain('shipment_by_order');
  expect(await explain('SELECT * FROM shipping.shipment ORDER BY id DESC LIMIT 51')).toContain(
    'shipment_pkey',
  );
});
