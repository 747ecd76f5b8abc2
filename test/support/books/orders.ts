import type { Client } from 'pg';
import type { Account } from '../books.js';

/** How an order ended, as far as its books are concerned. */
export type Ending = 'fulfilled' | 'undone' | 'open';

export interface OrderRow {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly currency: string;
  readonly lines: readonly { sku: string; quantity: number }[];
}

export function endingOf({ status }: Pick<OrderRow, 'status'>): Ending {
  if (['confirmed', 'shipped', 'delivered'].includes(status)) return 'fulfilled';
  return status === 'cancelled' || status === 'rejected' ? 'undone' : 'open';
}

export async function readOrders(client: Client, { orders }: Account): Promise<OrderRow[]> {
  const { rows } = await client.query<OrderRow>(
    `SELECT id, status, total_amount::float8 AS total, currency, lines FROM orders."order"
      WHERE id = ANY($1::uuid[]) ORDER BY id`,
    [orders],
  );
  return rows;
}

/** Every order is there, and has ended. */
export async function auditOrders(client: Client, account: Account): Promise<string[]> {
  const rows = await readOrders(client, account);
  const found = new Set(rows.map(({ id }) => id));
  return [
    ...account.orders.filter((id) => !found.has(id)).map((id) => `order ${id} is lost: it has no row`),
    ...rows
      .filter((row) => endingOf(row) === 'open')
      .map(({ id, status }) => `order ${id} has not ended: it is ${status}`),
  ];
}
