import { Injectable } from '@nestjs/common';
import type { Ask } from './invariant.js';
import { OutsideLedgers } from './outside-ledgers.js';
import { graceMs, stands, type Scope } from './scope.js';
import { mostOfOneKind, type Violation } from './violation.js';

interface Theirs {
  readonly reference: string;
  readonly orderId: string;
}

interface Stranger extends Theirs {
  readonly sagaId: string | null;
}

interface Ledger {
  readonly code: string;
  /** What still stands there: what was given back or cancelled, by whomever, needs nobody any more. */
  readonly pages: (since: Date | null) => AsyncIterable<readonly Theirs[]>;
  /** Our view, and the column that holds what is their reference. */
  readonly ours: readonly [view: string, id: string];
  readonly explain: (stranger: Stranger) => Pick<Violation, 'text' | 'repair'>;
}

/**
 * Everything that stands in the gateway's and the carrier's ledgers came from us: under each of their references there is a
 * payment or a shipment of ours. Theirs is read first: our row is committed before they are asked, so it must be
 * there by then, however far its order is.
 */
@Injectable()
export class OutsideIsOurs {
  private readonly ledgers: readonly Ledger[];

  constructor(private readonly outside: OutsideLedgers) {
    this.ledgers = [
      {
        code: 'BILLING.UNKNOWN_CHARGE',
        pages: (since) =>
          only(outside.charges(since), ({ amount, refundedAmount }) => refundedAmount < amount),
        ours: ['billing.payment_books', 'payment_id'],
        explain: ({ reference, orderId }) => ({
          text: `The gateway charged order ${orderId} as ${reference}, and we have no such payment.`,
          repair: 'Find out who sent the charge; refund it at the gateway if the order does not owe it.',
        }),
      },
      {
        code: 'SHIPPING.UNKNOWN_BOOKING',
        pages: (since) => only(outside.bookings(since), ({ status }) => status === 'booked'),
        ours: ['shipping.shipment_books', 'shipment_id'],
        explain: ({ reference, orderId }) => ({
          text: `The carrier has a booking for order ${orderId} as ${reference}, and we have no such shipment.`,
          repair: 'Find out who sent the booking; cancel it with the carrier if the order is not due it.',
        }),
      },
    ];
  }

  /** @param goesOn throws when the check is to be given up; called between pages */
  async find(ask: Ask, scope: Scope, goesOn: () => void): Promise<Violation[]> {
    if (!this.outside.canBeAsked) return [];
    const found: Violation[] = [];
    for (const ledger of this.ledgers) found.push(...(await strangersIn(ledger, ask, scope, goesOn)));
    return found;
  }
}

async function* only<T>(pages: AsyncIterable<readonly T[]>, isMeant: (one: T) => boolean) {
  for await (const page of pages) yield page.filter(isMeant);
}

async function strangersIn(
  { code, pages, ours, explain }: Ledger,
  ask: Ask,
  scope: Scope,
  goesOn: () => void,
): Promise<Violation[]> {
  const found: Violation[] = [];
  const overAllTime = scope.complete || stands(scope, [code]);
  const since = overAllTime ? null : new Date(Date.parse(scope.since) - graceMs);
  for await (const page of pages(since)) {
    const strangers = await ask<Stranger>(strangerSql(...ours), [
      page.map(({ reference }) => reference),
      page.map(({ orderId }) => orderId),
    ]);
    for (const stranger of strangers) {
      const { orderId, sagaId } = stranger;
      found.push({ code, orderId, sagaId, ...explain(stranger) });
    }
    if (found.length >= mostOfOneKind) break;
    goesOn();
  }
  return found.slice(0, mostOfOneKind);
}

const strangerSql = (view: string, id: string) => `
  SELECT theirs.reference, theirs.order_id AS "orderId",
         (SELECT s.saga_id FROM saga.instance_books s
           WHERE s.correlation_id = theirs.order_id::text AND s.definition = 'order-fulfillment'
           LIMIT 1) AS "sagaId"
    FROM unnest($1::uuid[], $2::uuid[]) AS theirs (reference, order_id)
   WHERE NOT EXISTS (SELECT FROM ${view} ours WHERE ours.${id} = theirs.reference)`;
