import { Injectable } from '@nestjs/common';
import { ChargePayment, RefundPayment } from '../billing/contracts/billing-commands.js';
import {
  CommitInventory,
  ReleaseReservation,
  ReserveAndCommitInventory,
  ReserveInventory,
  ReturnInventory,
} from '../inventory/contracts/inventory-commands.js';
import { quantities } from '../inventory/contracts/inventory-events.js';
import { ArrangeShipping, CancelShipment } from '../shipping/contracts/shipping-commands.js';
import { ConsequenceWords, type AskedCommand } from '../saga/index.js';
import { decimal } from './amount.js';

type Words = (asked: AskedCommand) => string | null;

/** What each command of a fulfillment means in money and goods. One that is not here has its step's name only. */
const words: Readonly<Record<string, Words>> = {
  [ChargePayment.wireName]: ({ input }) => prefixed('charges', moneyIn(input)),
  [RefundPayment.wireName]: ({ action }) => prefixed('refunds', moneyIn(action?.input)),
  [ReserveInventory.wireName]: ({ input }) => prefixed('reserves', goodsIn(input)),
  [CommitInventory.wireName]: () => 'takes the reserved goods out of the stock',
  [ReserveAndCommitInventory.wireName]: ({ input }) => prefixed('takes', goodsIn(input), 'out of the stock'),
  [ReleaseReservation.wireName]: ({ action }) => prefixed('releases', goodsIn(action?.input)),
  [ReturnInventory.wireName]: ({ action }) =>
    prefixed('returns', goodsIn(action?.result) ?? goodsIn(action?.input)) ?? 'returns what was taken',
  [ArrangeShipping.wireName]: () => 'books the parcel with the carrier',
  [CancelShipment.wireName]: () => 'cancels the booking with the carrier, if there is one',
};

/** The consequences of an operator's action in the words of the business. */
@Injectable()
export class OrderConsequences extends ConsequenceWords {
  describe(asked: AskedCommand): string | null {
    return Object.hasOwn(words, asked.command) ? (words[asked.command]?.(asked) ?? null) : null;
  }
}

/** Stored data of any age: what cannot be read has no words, and nothing fails for it. */
const money = ChargePayment.schema;

function moneyIn(stored: unknown): string | null {
  const charge = money.safeParse(stored);
  return charge.success
    ? `${decimal(charge.data.amount, charge.data.currency)} ${charge.data.currency}`
    : null;
}

function goodsIn(stored: unknown): string | null {
  const lines = quantities.safeParse((stored as { lines?: unknown } | null | undefined)?.lines);
  if (!lines.success || lines.data.length === 0) return null;
  return lines.data.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
}

function prefixed(verb: string, object: string | null, rest = ''): string | null {
  return object === null ? null : [verb, object, rest].filter(Boolean).join(' ');
}
