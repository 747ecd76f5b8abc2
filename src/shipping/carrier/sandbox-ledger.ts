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
import { findRememberedBooking } from './sql/find-remembered-booking.sql.js';
import { insertBooking } from './sql/insert-booking.sql.js';
import { lockReference, type LockedReferenceRow } from './sql/lock-reference.sql.js';
import { newTrackingNumber } from './tracking-number.js';

/** What became of a booking request: entered, known already, or refused because its reference was cancelled. */
export type LedgerEntry =
  | { readonly outcome: 'booked' | 'repeated'; readonly trackingNumber: string }
  | { readonly outcome: 'cancelled' };

type Parcel = Pick<BookingRequest, 'reference' | 'orderId' | 'idempotencyKey'>;

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

  async book(parcel: Parcel, forgetKeysAfterSeconds: number | null): Promise<LedgerEntry> {
    const trackingNumber = newTrackingNumber();
    if (!this.settings.sandboxTracking) {
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
      this.bookInTurn(session, parcel, trackingNumber, forgetKeysAfterSeconds),
    );
  }

  /** Null: no trace of the reference. */
  async find(reference: string): Promise<{ cancelled: boolean; trackingNumber: string | null } | null> {
    const [row] = await this.world.query<FoundBookingRow>(findBooking, [reference]);
    return row ? { cancelled: row.cancelled, trackingNumber: row.tracking_number } : null;
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
    parcel: Parcel,
    trackingNumber: string,
    forgetKeysAfterSeconds: number | null,
  ): Promise<LedgerEntry> {
    const { reference, orderId, idempotencyKey } = parcel;
    const [turn] = await session.query<LockedReferenceRow>(lockReference, [reference]);
    if (turn?.cancelled) return { outcome: 'cancelled' };
    const [known] = await session.query<{ tracking_number: string }>(findRememberedBooking, [
      reference,
      idempotencyKey,
      forgetKeysAfterSeconds,
    ]);
    if (known) return { outcome: 'repeated', trackingNumber: known.tracking_number };
    const journey = this.settings.sandboxTracking ? await this.planJourney(session, trackingNumber) : [];
    const collectedAfterMs = this.settings.sandboxTracking ? this.pace.collectedAfterMs : null;
    await session.query(insertBooking, [
      reference,
      orderId,
      trackingNumber,
      idempotencyKey,
      journey,
      collectedAfterMs,
    ]);
    return { outcome: 'booked', trackingNumber };
  }

  /** In the booking's transaction: a parcel whose journey nobody tells of would wait for ever. */
  private async planJourney(session: SandboxSession, trackingNumber: string): Promise<string[]> {
    const stages = [
      { type: 'shipment.in_transit', afterMs: this.pace.collectedAfterMs },
      { type: 'shipment.delivered', afterMs: this.pace.deliveredAfterMs },
    ];
    const path = '/v1/webhooks/carrier';
    const ids: string[] = [];
    for (const { type, afterMs } of stages) {
      const id = v7();
      const createdAt = new Date(Date.now() + afterMs);
      const body = webhookBody({
        id,
        dependency: 'carrier',
        path,
        type,
        createdAt,
        data: { trackingNumber },
      });
      await session.query(scheduleWebhook, [id, 'carrier', path, body, afterMs]);
      ids.push(id);
    }
    return ids;
  }
}
