import type { Client } from 'pg';
import type { Account } from '../books.js';
import { endingOf, readOrders, type OrderRow } from './orders.js';

interface Charge {
  readonly orderId: string;
  /** Our payment's id. */
  readonly reference: string;
  readonly gatewayReference: string;
  readonly amount: number;
  readonly refunded: number;
  readonly currency: string;
}

interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly amount: number;
  readonly refunded: number;
  readonly gatewayReference: string | null;
}

/** The gateway holds exactly what fulfilled orders cost, taken once each, and our payments say the same. */
export async function auditMoney(client: Client, account: Account): Promise<string[]> {
  const charges = await readCharges(client, account);
  const payments = await readPayments(client, account);
  return [
    ...(await readOrders(client, account)).flatMap((order) =>
      auditOrder(
        order,
        charges.filter(({ orderId }) => orderId === order.id),
      ),
    ),
    ...payments.flatMap((payment) =>
      auditPayment(
        payment,
        charges.filter(({ reference }) => reference === payment.id),
      ),
    ),
    ...charges
      .filter(({ reference }) => !payments.some(({ id }) => id === reference))
      .map(
        ({ orderId, reference }) => `order ${orderId} was charged as ${reference}, which we know nothing of`,
      ),
  ];
}

/** What took money, or will: one that the bank never confirmed took nothing. */
async function readCharges(client: Client, { orders }: Account): Promise<Charge[]> {
  const { rows } = await client.query<Charge>(
    `SELECT order_id AS "orderId", reference, gateway_reference AS "gatewayReference",
            amount::float8 AS amount, refunded_amount::float8 AS refunded, currency
       FROM sandbox.charge WHERE order_id = ANY($1::uuid[]) AND voided_at IS NULL`,
    [orders],
  );
  return rows;
}

async function readPayments(client: Client, { orders }: Account): Promise<Payment[]> {
  const { rows } = await client.query<Payment>(
    `SELECT id, order_id AS "orderId", status, amount::float8 AS amount, refunded_amount::float8 AS refunded,
            gateway_reference AS "gatewayReference"
       FROM billing.payment WHERE order_id = ANY($1::uuid[])`,
    [orders],
  );
  return rows;
}

function auditOrder(
  { id, status, total, currency, ...order }: OrderRow,
  charges: readonly Charge[],
): string[] {
  const findings: string[] = [];
  const kept = sum(charges.map(({ amount, refunded }) => amount - refunded));
  const owed = endingOf({ status, ...order }) === 'fulfilled' ? total : 0;
  if (charges.length > 1) {
    const list = charges.map(({ gatewayReference }) => gatewayReference).join(', ');
    findings.push(`order ${id} was charged ${charges.length} times: ${list}`);
  }
  if (kept !== owed) {
    findings.push(`order ${id} is ${status} and owes ${owed} ${currency}, and the gateway holds ${kept}`);
  }
  if (owed > 0 && charges.some(({ refunded }) => refunded > 0)) {
    findings.push(`order ${id} is ${status}, and something of its charge was refunded`);
  }
  for (const charge of charges) {
    if (charge.currency !== currency) findings.push(`order ${id} was charged in ${charge.currency}`);
  }
  return findings;
}

function auditPayment(payment: Payment, charges: readonly Charge[]): string[] {
  const { id, orderId, status, amount, refunded, gatewayReference } = payment;
  const there = sum(charges.map((charge) => charge.amount));
  const givenBack = sum(charges.map((charge) => charge.refunded));
  const at = `payment ${id} of order ${orderId} is ${status}`;
  if (status === 'declined') return there === 0 ? [] : [`${at}, and the gateway took ${there} for it`];
  if (status !== 'charged' && status !== 'refunded') return [`${at}: nobody settled it`];
  const findings: string[] = [];
  if (there !== amount) findings.push(`${at} with ${amount}, and the gateway took ${there}`);
  if (givenBack !== refunded) findings.push(`${at}: ${refunded} given back, the gateway says ${givenBack}`);
  if (charges.length > 0 && !charges.some((charge) => charge.gatewayReference === gatewayReference)) {
    findings.push(`${at} as ${gatewayReference ?? 'nothing'}, which the gateway does not know`);
  }
  return findings;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
