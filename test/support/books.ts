import { Client } from 'pg';
import { auditMoney } from './books/money.js';
import { auditOrders } from './books/orders.js';
import { auditParcels } from './books/parcels.js';
import { auditSagas } from './books/sagas.js';
import { auditStock } from './books/stock.js';

/** What the books are about: these orders, and no others of the same products. */
export interface Account {
  /** Ids of all orders that may have touched the stock. */
  readonly orders: readonly string[];
  /** On hand by SKU before the first of them; SKUs left out are not looked at. */
  readonly stock: Readonly<Record<string, number>>;
}

const shown = 25;

/**
 * Reconciles what we wrote with what the outside world did, once all orders have ended: orders, stock, money,
 * parcels, sagas and their journals.
 *
 * @returns one sentence for each violation, naming the order; empty when the books are clean
 */
export async function auditBooks(databaseUrl: string, account: Account): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await auditWith(client, account);
  } finally {
    await client.end();
  }
}

/** As `auditBooks`, on a connection of the caller's. */
export async function auditWith(client: Client, account: Account): Promise<string[]> {
  const audits = [auditOrders, auditStock, auditMoney, auditParcels, auditSagas];
  const findings: string[] = [];
  for (const audit of audits) findings.push(...(await audit(client, account)));
  return findings;
}

/** @throws Error that lists the violations when the books are not clean. */
export async function expectCleanBooks(databaseUrl: string, account: Account): Promise<void> {
  const findings = await auditBooks(databaseUrl, account);
  if (findings.length === 0) return;
  const rest = findings.length > shown ? `\n… and ${findings.length - shown} more` : '';
  throw new Error(
    `The books of ${account.orders.length} orders have ${findings.length} violation(s):\n` +
      findings.slice(0, shown).join('\n') +
      rest,
  );
}
