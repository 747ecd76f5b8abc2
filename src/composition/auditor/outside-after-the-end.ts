import { Injectable } from '@nestjs/common';
import type { Ask } from './invariant.js';
import { OutsideLedgers } from './outside-ledgers.js';
import { graceMs, type Scope } from './scope.js';

const undoneBefore = `
  SELECT saga.correlation_id AS "orderId"
    FROM saga.instance_books saga
   WHERE saga.correlation_id = ANY ($1::text[]) AND saga.definition = 'order-fulfillment'
     AND saga.status = 'compensated' AND saga.ended_at <= $2::timestamptz`;

/**
 * Orders that were undone before the scope of a check, and for which the gateway or the carrier has done something
 * since. What has ended lately is looked at anyway; without these a late success would wait for a complete check.
 */
@Injectable()
export class OutsideAfterTheEnd {
  constructor(private readonly outside: OutsideLedgers) {}

  async orders(ask: Ask, { complete, since }: Scope, goesOn: () => void): Promise<string[]> {
    if (complete) return [];
    const lately = new Date(Date.parse(since) - graceMs);
    const found = new Set<string>();
    for (const pages of [this.outside.charges(lately), this.outside.bookings(lately)]) {
      for await (const page of pages) {
        const ids = [...new Set(page.map(({ orderId }) => orderId))];
        const rows = await ask<{ orderId: string }>(undoneBefore, [ids, since]);
        rows.forEach(({ orderId }) => found.add(orderId));
        goesOn();
      }
    }
    return [...found];
  }
}
