import type { Client } from 'pg';
import type { Account } from '../books.js';
import { endingOf, readOrders } from './orders.js';

/** Pieces are on the shelf or with a fulfilled order, and nowhere else. */
export async function auditStock(client: Client, account: Account): Promise<string[]> {
  const orders = await readOrders(client, account);
  return [
    ...(await auditShelves(client, account, soldOf(orders.filter((row) => endingOf(row) === 'fulfilled')))),
    ...(await auditReservations(client, account, new Map(orders.map((row) => [row.id, row.status])))),
  ];
}

function soldOf(orders: readonly { lines: readonly { sku: string; quantity: number }[] }[]) {
  const sold = new Map<string, number>();
  for (const { sku, quantity } of orders.flatMap(({ lines }) => lines)) {
    sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  }
  return sold;
}

async function auditShelves(client: Client, { stock }: Account, sold: Map<string, number>) {
  const { rows } = await client.query<{ sku: string; onHand: number; reserved: number }>(
    `SELECT sku, on_hand::float8 AS "onHand", reserved::float8 AS reserved FROM inventory.stock WHERE sku = ANY($1::text[])`,
    [Object.keys(stock)],
  );
  const shelves = new Map(rows.map((row) => [row.sku, row]));
  return Object.entries(stock).flatMap(([sku, start]) => {
    const shelf = shelves.get(sku);
    if (!shelf) return [`stock of ${sku} is gone: it has no row`];
    const { onHand, reserved } = shelf;
    const out = sold.get(sku) ?? 0;
    const findings: string[] = [];
    if (onHand < 0 || reserved < 0) findings.push(`stock of ${sku} is negative: ${onHand}/${reserved}`);
    if (out > start) findings.push(`${sku} is oversold: ${out} of ${start} pieces`);
    if (onHand + out !== start) {
      findings.push(
        `stock of ${sku} does not add up: ${onHand} on hand + ${out} sold ≠ ${start} at the start`,
      );
    }
    if (reserved !== 0) findings.push(`${reserved} pieces of ${sku} are reserved, and every order has ended`);
    return findings;
  });
}

async function auditReservations(client: Client, { orders }: Account, statuses: Map<string, string>) {
  const { rows } = await client.query<{ orderId: string; status: string }>(
    `SELECT order_id AS "orderId", status FROM inventory.reservation WHERE order_id = ANY($1::uuid[])`,
    [orders],
  );
  const reservations = new Map(rows.map((row) => [row.orderId, row.status]));
  return [...statuses].flatMap(([id, status]) => {
    const reservation = reservations.get(id) ?? 'none';
    const expected = endingOf({ status }) === 'fulfilled' ? ['committed'] : ['none', 'released', 'returned'];
    return expected.includes(reservation)
      ? []
      : [`order ${id} is ${status}, and its reservation is "${reservation}"`];
  });
}
