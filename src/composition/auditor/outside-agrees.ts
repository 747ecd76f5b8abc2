import { Injectable } from '@nestjs/common';
import { amount } from '../amount.js';
import type { Ask } from './invariant.js';
import { OutsideAfterTheEnd } from './outside-after-the-end.js';
import { OutsideLedgers } from './outside-ledgers.js';
import type { Scope } from './scope.js';
import { endedSagasValues, settledByHand } from './scope.js';
import type { LedgerCharge } from './sql/read-charges-of-payments.sql.js';
import { mostOfOneKind, type Violation } from './violation.js';

interface OurPayment {
  readonly id: string;
  readonly status: string;
  readonly kept: number;
  readonly currency: string;
}

interface OurShipment {
  readonly id: string;
  readonly status: string;
  /** Of the booking that must stand at the carrier; null: none may. */
  readonly booked: string | null;
}

interface Row {
  readonly sagaId: string;
  readonly orderId: string;
  readonly undone: boolean;
  readonly payments: readonly OurPayment[] | null;
  readonly shipments: readonly OurShipment[] | null;
}

const pageSize = 1_000;
const gatewayDisagrees = 'BILLING.GATEWAY_DISAGREES';
const carrierDisagrees = 'SHIPPING.CARRIER_DISAGREES';

/** A failed shipment with a tracking number is a parcel that was lost: its booking stands. */
const nextEnded = `
  WITH page AS MATERIALIZED (
    SELECT saga_id, correlation_id::uuid AS order_id, status = 'compensated' AS undone
      FROM saga.instance_books
     WHERE definition = 'order-fulfillment' AND status IN ('completed', 'compensated') AND saga_id > $6
       AND ((ended_at > $1::timestamptz AND ended_at <= $2::timestamptz)
            OR saga_id = ANY ($3::uuid[]) OR correlation_id = ANY ($4::text[])
            OR correlation_id = ANY ($5::text[]))
     ORDER BY saga_id
     LIMIT ${pageSize}
  )
  SELECT saga_id AS "sagaId", order_id AS "orderId", undone,
         (SELECT jsonb_agg(jsonb_build_object('id', p.payment_id, 'status', p.status, 'currency', p.currency,
                                              'kept', p.captured_amount - p.refunded_amount))
            FROM billing.payment_books p WHERE p.order_id = page.order_id) AS payments,
         (SELECT jsonb_agg(jsonb_build_object('id', s.shipment_id, 'status', s.status, 'booked',
                   CASE WHEN s.status IN ('booked', 'in_transit', 'delivered', 'failed')
                        THEN s.tracking_number END))
            FROM shipping.shipment_books s WHERE s.order_id = page.order_id) AS shipments
    FROM page
   ORDER BY saga_id`;

const notSettledByHand = `SELECT id FROM unnest($1::uuid[]) AS saga (id) WHERE NOT ${settledByHand('id')}`;

/**
 * What our payments and shipments say of ended fulfillments is what the gateway and the carrier say.
 *
 * Ours is read first: once a saga has ended, nothing of it changes outside any more, so what is asked later must be
 * the same. One that has not ended is not judged: the outside acts before we can record it.
 */
@Injectable()
export class OutsideAgrees {
  constructor(
    private readonly ledgers: OutsideLedgers,
    private readonly afterTheEnd: OutsideAfterTheEnd,
  ) {}

  /** @param goesOn throws when the check is to be given up; called between pages */
  async find(ask: Ask, scope: Scope, goesOn: () => void): Promise<Violation[]> {
    if (!this.ledgers.canBeAsked) return [];
    const found: Violation[] = [];
    const lately = await this.afterTheEnd.orders(ask, scope, goesOn);
    let after = '00000000-0000-0000-0000-000000000000';
    while (found.length < mostOfOneKind) {
      const page = await ask<Row>(nextEnded, [...endedSagasValues(scope), lately, after]);
      found.push(...(await this.payments(page)), ...(await this.shipments(page)));
      if (page.length < pageSize) break;
      after = page.at(-1)!.sagaId;
      goesOn();
    }
    if (found.length === 0) return [];
    const sagas = await ask<{ id: string }>(notSettledByHand, [found.map(({ sagaId }) => sagaId)]);
    const judged = new Set(sagas.map(({ id }) => id));
    return found.filter(({ sagaId }) => sagaId !== null && judged.has(sagaId)).slice(0, mostOfOneKind);
  }

  private async payments(page: readonly Row[]): Promise<Violation[]> {
    const ids = page.flatMap(({ payments }) => payments ?? []).map(({ id }) => id);
    if (ids.length === 0) return [];
    const charges = await this.ledgers.chargesOf(ids);
    return page.flatMap((row) =>
      (row.payments ?? []).flatMap((payment) => paymentViolations(row, payment, charges.get(payment.id))),
    );
  }

  private async shipments(page: readonly Row[]): Promise<Violation[]> {
    const ids = page.flatMap(({ shipments }) => shipments ?? []).map(({ id }) => id);
    if (ids.length === 0) return [];
    const bookings = await this.ledgers.bookingsOf(ids);
    return page.flatMap((row) =>
      (row.shipments ?? []).flatMap((shipment) =>
        shipmentViolations(row, shipment, bookings.get(shipment.id) ?? []),
      ),
    );
  }
}

function paymentViolations(
  { sagaId, orderId, undone }: Row,
  { id, status, kept, currency }: OurPayment,
  charge: LedgerCharge | undefined,
): Violation[] {
  const there = charge?.kept ?? 0;
  const foreign = there > 0 ? charge?.currencies.find((other) => other !== currency) : undefined;
  if (there === kept && !foreign) return [];
  const times = charge && charge.charges > 1 ? ` in ${charge.charges} charges` : '';
  return [
    {
      code: gatewayDisagrees,
      sagaId,
      orderId,
      text:
        `Payment ${id} of order ${orderId} is ${status} and keeps ${amount(kept, currency)}, ` +
        `but the gateway keeps ${amount(there, foreign ?? currency)}${times} for it.`,
      ...(undone && there > kept
        ? late(orderId, id)
        : {
            repair:
              there > kept
                ? 'Refund at the gateway what it keeps too much under this payment.'
                : 'Ask the gateway who gave the money back; record it in our payment, or charge the customer again.',
          }),
    },
  ];
}

function shipmentViolations(
  { sagaId, orderId, undone }: Row,
  { id, status, booked }: OurShipment,
  there: readonly string[],
): Violation[] {
  const due = booked === null ? [] : [booked];
  if (due.join() === there.join()) return [];
  return [
    {
      code: carrierDisagrees,
      sagaId,
      orderId,
      text:
        `Shipment ${id} of order ${orderId} is ${status} with ${booked ?? 'no booking'}, ` +
        `but the carrier has ${there.join(' and ') || 'no booking'} for it.`,
      ...(undone && there.length > due.length
        ? late(orderId, id)
        : {
            repair:
              there.length > due.length
                ? 'Cancel with the carrier the booking that we do not know.'
                : 'Book the parcel with the carrier again, or find out which of its bookings is ours.',
          }),
    },
  ];
}

const late = (orderId: string, reference: string) => ({
  late: { orderId, reference },
  repair: `It is undone again by itself; GET /v1/admin/sagas?correlationId=${orderId} shows how far that is.`,
});
