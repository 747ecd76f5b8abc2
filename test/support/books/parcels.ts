import type { Client } from 'pg';
import type { Account } from '../books.js';
import { endingOf, readOrders } from './orders.js';

interface Booking {
  readonly orderId: string;
  /** Our shipment's id. */
  readonly reference: string;
  readonly status: string;
  readonly trackingNumber: string;
}

interface Shipment {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly trackingNumber: string | null;
}

const onItsWay = ['booked', 'in_transit', 'delivered'];

/** The carrier has exactly one booking for each fulfilled order and none for any other, and our shipments agree. */
export async function auditParcels(client: Client, account: Account): Promise<string[]> {
  const bookings = await readBookings(client, account);
  const shipments = await readShipments(client, account);
  const perOrder = (await readOrders(client, account)).flatMap((order) => {
    const mine = bookings.filter(({ orderId }) => orderId === order.id);
    const live = mine.filter(({ status }) => status === 'booked').length;
    const due = endingOf(order) === 'fulfilled' ? 1 : 0;
    const findings: string[] = [];
    if (mine.length > 1) findings.push(`order ${order.id} was booked ${mine.length} times`);
    if (live !== due) {
      findings.push(
        `order ${order.id} is ${order.status}, and the carrier has ${live} live booking(s) for it`,
      );
    }
    return findings;
  });
  return [
    ...perOrder,
    ...shipments.flatMap((shipment) =>
      auditShipment(
        shipment,
        bookings.filter(({ reference }) => reference === shipment.id),
      ),
    ),
    ...bookings
      .filter(({ reference }) => !shipments.some(({ id }) => id === reference))
      .map(
        ({ orderId, reference }) => `order ${orderId} was booked as ${reference}, which we know nothing of`,
      ),
  ];
}

/** A cancellation that came before its booking leaves no booking; see the sandbox's references. */
async function readBookings(client: Client, { orders }: Account): Promise<Booking[]> {
  const { rows } = await client.query<Booking>(
    `SELECT order_id AS "orderId", reference, status, tracking_number AS "trackingNumber"
       FROM sandbox.booking WHERE order_id = ANY($1::uuid[]) AND created_at <= clock_timestamp()`,
    [orders],
  );
  return rows;
}

async function readShipments(client: Client, { orders }: Account): Promise<Shipment[]> {
  const { rows } = await client.query<Shipment>(
    `SELECT id, order_id AS "orderId", status, tracking_number AS "trackingNumber"
       FROM shipping.shipment WHERE order_id = ANY($1::uuid[])`,
    [orders],
  );
  return rows;
}

function auditShipment(shipment: Shipment, bookings: readonly Booking[]): string[] {
  const { id, orderId, status, trackingNumber } = shipment;
  const at = `shipment ${id} of order ${orderId} is ${status}`;
  if (status === 'requested') return [`${at}: nobody settled it`];
  const live = bookings.filter((booking) => booking.status === 'booked');
  if (!onItsWay.includes(status)) {
    return live.length === 0 ? [] : [`${at}, and the carrier has a live booking for it`];
  }
  return live.some((booking) => booking.trackingNumber === trackingNumber)
    ? []
    : [`${at} as ${trackingNumber ?? 'nothing'}, which the carrier does not know`];
}
