import type { Violation } from './violation.js';

/** What a check looks at. Rules about what is open now are checked in full whatever the scope. */
export interface Scope {
  /** Everything, however long ago it ended. */
  readonly complete: boolean;
  /** Of what has ended: what did so after this time, as PostgreSQL reads it. */
  readonly since: string;
  /** … and not after this one: the last seconds are left to the next check, as commits may still arrive. */
  readonly until: string;
  /** Findings of the last report: what they are about is looked at again, so that they stay until they are mended. */
  readonly standing: readonly Violation[];
}

/** What commits later than this after its own clock said is found by the next complete check only. */
export const graceMs = 10_000;

export const everything: Scope = { complete: true, since: '-infinity', until: 'infinity', standing: [] };

/** @param watermark until when the last check has looked */
export function recent(now: Date, watermark: Date, standing: readonly Violation[]): Scope {
  return { complete: false, since: watermark.toISOString(), until: watermarkAt(now), standing };
}

/** Until when a check that began now has looked. */
export function watermarkAt(now: Date): string {
  return new Date(now.getTime() - graceMs).toISOString();
}

/** Whether the last report has a finding with one of these codes. */
export function stands({ standing }: Scope, codes: readonly string[]): boolean {
  return standing.some(({ code }) => codes.includes(code));
}

/** Values $1 to $4 of `endedSagas`. */
export function endedSagasValues({ since, until, standing }: Scope): unknown[] {
  return [since, until, idsOf(standing, 'sagaId'), idsOf(standing, 'orderId')];
}

/** A common table expression: the ended fulfillments of the scope, with the orders they are about. */
export const endedSagas = `
  ended AS MATERIALIZED (
    SELECT saga_id, status, correlation_id::uuid AS order_id
      FROM saga.instance_books
     WHERE definition = 'order-fulfillment' AND ended_at IS NOT NULL
       AND ((ended_at > $1::timestamptz AND ended_at <= $2::timestamptz)
            OR saga_id = ANY ($3::uuid[]) OR correlation_id = ANY ($4::text[]))
  )`;

/** A condition: a person has settled a unit of this saga in its stead, outside our books. */
export const settledByHand = (sagaId: string) =>
  `EXISTS (SELECT FROM saga.instance_books b WHERE b.saga_id = ${sagaId} AND b.settled_by_hand)`;

function idsOf(standing: readonly Violation[], field: 'sagaId' | 'orderId'): string[] {
  return [...new Set(standing.flatMap((violation) => violation[field] ?? []))];
}
