import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { Settings } from '../../platform/config/settings.js';
import { scheduleWebhook } from '../../platform/sandbox/sql/schedule-webhook.sql.js';
import { webhookBody } from '../../platform/sandbox/sandbox-webhook.js';
import { SandboxWorld, type SandboxSession } from '../../platform/sandbox/sandbox-world.js';
import type { BookingRequest } from './carrier.js';
import { SandboxPace } from './sandbox-pace.js';
import { bookFirstTime } from './sql/book-first-time.sql.js';
import { cancelBookings, type CancelledBookingsRow } from './sql/cancel-bookings.sql.js';
import { findBooking, type FoundBookingRow } from './sql/find-booking.sql.js';
import { findRememberedBooking, type RememberedBookingRow } from './sql/find-remembered-booking.sql.js';
import { insertBooking } from './sql/insert-booking.sql.js';
import { lockReference, type LockedReferenceRow } from './sql/lock-reference.sql.js';
import { newTrackingNumber } from './tracking-number.js';

/**
 * What became of a booking request: entered, known already, to be booked later, or refused because its reference was
 * cancelled.
 */
export type LedgerEntry =
  | { readonly outcome: 'booked' | 'repeated'; readonly trackingNumber: string }
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'cancelled' };

type Parcel = Pick<BookingRequest, 'reference' | 'orderId' | 'idempotencyKey'>;

interface PlannedParcel extends Parcel {
  readonly trackingNumber: string;
  readonly laterMs: number;
}

/**
 * What the sandbox carrier has booked. Guarantees: one booking a key, as long as the key is remembered; none under
 * a cancelled reference, whichever of the two requests was sent first. A carrier that has forgotten a key books
 * again, as a real one does.
 */
@Injectable()
export class SandboxLedger {
  constructor(
    private readonly world: SandboxWorld,
    private readonly settings: Settings,
    private readonly pace: SandboxPace,
  ) {}

  /** @param laterMs milliseconds until it is booked; 0: at once */
  async book(parcel: Parcel, forgetKeysAfterSeconds: number | null, laterMs = 0): Promise<LedgerEntry> {
    const trackingNumber = newTrackingNumber();
    if (!this.settings.sandboxTracking && laterMs === 0) {
      const { reference, orderId, idempotencyKey } = parcel;
      const first = await this.world.query(bookFirstTime, [
        reference,
        orderId,
        trackingNumber,
        idempotencyKey,
      ]);
      if (first.length > 0) return { outcome: 'booked', trackingNumber };
    }
    return this.world.transaction((session) =>
      this.bookInTurn(session, { ...parcel, trackingNumber, laterMs }, forgetKeysAfterSeconds),
    );
  }

  /** Null: no trace of the reference. */
  async find(
    reference: string,
  ): Promise<{ cancelled: boolean; trackingNumber: string | null; isBooked: boolean } | null> {
    const [row] = await this.world.query<FoundBookingRow>(findBooking, [reference]);
    if (!row) return null;
    return { cancelled: row.cancelled, trackingNumber: row.tracking_number, isBooked: row.is_booked };
  }

  async cancel(reference: string): Promise<'cancelled' | 'nothing-booked' | 'collected'> {
    return this.world.transaction(async (session) => {
      await session.query(lockReference, [reference]);
      const [row] = await session.query<CancelledBookingsRow>(cancelBookings, [reference]);
      if (row?.collected) return 'collected';
      return row?.was_booked ? 'cancelled' : 'nothing-booked';
    });
  }

  private async bookInTurn(
    session: SandboxSession,
    parcel: PlannedParcel,
    forgetKeysAfterSeconds: number | null,
  ): Promise<LedgerEntry> {
    const { reference, orderId, idempotencyKey, trackingNumber, laterMs } = parcel;
    const [turn] = await session.query<LockedReferenceRow>(lockReference, [reference]);
    if (turn?.cancelled) return { outcome: 'cancelled' };
    const [known] = await session.query<RememberedBookingRow>(findRememberedBooking, [
      reference,
      idempotencyKey,
      forgetKeysAfterSeconds,
    ]);
    if (known?.is_booked === false) return { outcome: 'accepted' };
    if (known) return { outcome: 'repeated', trackingNumber: known.tracking_number };
    const journey = await this.planNews(session, parcel);
    const collectedAfterMs = this.settings.sandboxTracking ? laterMs + this.pace.collectedAfterMs : null;
    await session.query(insertBooking, [
      reference,
      orderId,
      trackingNumber,
      idempotencyKey,
      journey,
      collectedAfterMs,
      laterMs,
    ]);
    return laterMs === 0 ? { outcome: 'booked', trackingNumber } : { outcome: 'accepted' };
  }

  /**
   * In the booking's transaction: a parcel of which nobody tells would wait for ever.
   * @returns the webhooks' ids
   */
  private async planNews(session: SandboxSession, parcel: PlannedParcel): Promise<string[]> {
    const { trackingNumber, reference, laterMs } = parcel;
    const { collectedAfterMs, deliveredAfterMs } = this.pace;
    const stages = [
      ...(laterMs > 0
        ? [{ type: 'shipment.booked', afterMs: laterMs, data: { reference, trackingNumber } }]
        : []),
      ...(this.settings.sandboxTracking
        ? [
            { type: 'shipment.in_transit', afterMs: laterMs + collectedAfterMs, data: { trackingNumber } },
            { type: 'shipment.delivered', afterMs: laterMs + deliveredAfterMs, data: { trackingNumber } },
          ]
        : []),
    ];
    const path = '/v1/webhooks/carrier';
    const ids: string[] = [];
    for (const { type, afterMs, data } of stages) {
      const id = v7();
      const createdAt = new Date(Date.now() + afterMs);
      const body = webhookBody({
        id,
        dependency: 'carrier',
        path,
        type,
        createdAt,
        data,
      });
      await session.query(scheduleWebhook, [id, 'carrier', path, body, afterMs]);
      ids.push(id);
    }
    return ids;
  }
}
