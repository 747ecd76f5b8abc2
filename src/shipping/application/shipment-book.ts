import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Booked, BookingAnswer, Refused } from '../carrier/carrier.js';
import { shipmentMoves } from '../domain/shipment-status.js';
import { shippingCodes } from '../domain/shipping-codes.js';
import { bookShipments, type BookedRow } from '../persistence/sql/book-shipments.sql.js';
import { cancelShipments } from '../persistence/sql/cancel-shipments.sql.js';
import { readShipmentStates, type ShipmentStateRow } from '../persistence/sql/read-shipment-states.sql.js';
import { refuseShipments } from '../persistence/sql/refuse-shipments.sql.js';
import { parcelEvent } from './parcel-event.js';

/** A carrier's answer about one shipment. */
export interface Entry<Answer = BookingAnswer> {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly answer: Answer;
}

/**
 * Enters the carrier's answers into our rows, a whole batch with one statement a kind of answer. Entering the
 * same answers again changes nothing. Call it inside a unit of work.
 */
@Injectable()
export class ShipmentBook {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /**
   * @returns the shipments that were booked once and are cancelled by now: their answer is an old one
   * @throws Error when a tracking number belongs to another shipment
   */
  async enter(entries: readonly Entry[]): Promise<Set<string>> {
    const no = entries.filter((entry): entry is Entry<Refused> => entry.answer.kind === 'refused');
    const cancelled = no.filter(({ answer }) => answer.code === shippingCodes.cancelled);
    const refused = no.filter(({ answer }) => answer.code !== shippingCodes.cancelled);
    // Nothing is waited for that need not be: what comes first is sent before this answers.
    if (refused.length > 0) await this.enterRefused(refused);
    if (cancelled.length > 0) await this.enterCancelled(cancelled);
    return this.enterBooked(
      entries.filter((entry): entry is Entry<Booked> => entry.answer.kind === 'booked'),
    );
  }

  async enterCancelled(shipments: readonly { shipmentId: string; orderId: string }[]): Promise<void> {
    if (shipments.length === 0) return;
    const rows = [...new Map(shipments.map((shipment) => [shipment.shipmentId, shipment])).values()];
    await this.unitOfWork.query(cancelShipments, [
      rows.map(({ shipmentId }) => shipmentId),
      rows.map(({ orderId }) => orderId),
      shipmentMoves.cancel.from,
    ]);
  }

  private async enterRefused(refused: readonly Entry<Refused>[]): Promise<void> {
    if (refused.length === 0) return;
    await this.unitOfWork.query(refuseShipments, [
      refused.map(({ shipmentId }) => shipmentId),
      refused.map(({ answer }) => answer.code),
      shipmentMoves.refuse.from,
    ]);
  }

  private async enterBooked(entries: readonly Entry<Booked>[]): Promise<Set<string>> {
    if (entries.length === 0) return new Set();
    const booked = new Map(entries.map((entry) => [entry.shipmentId, entry]));
    const rows = [...booked.values()];
    const moved = await this.unitOfWork.query<BookedRow>(bookShipments, [
      rows.map(({ shipmentId }) => shipmentId),
      rows.map(({ answer }) => answer.carrier),
      rows.map(({ answer }) => answer.trackingNumber),
      shipmentMoves.book.from,
    ]);
    moved.forEach((row) => this.tellWhatCameEarly(row));
    const movedIds = new Set(moved.map(({ id }) => id));
    return this.checkUnmoved(rows.filter(({ shipmentId }) => !movedIds.has(shipmentId)));
  }

  private tellWhatCameEarly({ id, order_id, status, tracking_number }: BookedRow): void {
    const event = parcelEvent(status, { shipmentId: id, orderId: order_id, trackingNumber: tracking_number });
    if (event) this.eventBus.publish(event);
  }

  private async checkUnmoved(entries: readonly Entry<Booked>[]): Promise<Set<string>> {
    const cancelled = new Set<string>();
    if (entries.length === 0) return cancelled;
    const ids = entries.map(({ shipmentId }) => shipmentId);
    const states = await this.unitOfWork.query<ShipmentStateRow>(readShipmentStates, [ids]);
    const byId = new Map(states.map((state) => [state.id, state]));
    for (const { shipmentId, answer } of entries) {
      const state = byId.get(shipmentId);
      if (state?.status === 'cancelled') cancelled.add(shipmentId);
      else if (state?.tracking_number !== answer.trackingNumber) {
        throw new Error(
          `Shipment ${shipmentId} (${state?.status ?? 'unknown'}) cannot be booked as ${answer.trackingNumber}.`,
        );
      }
    }
    return cancelled;
  }
}
