import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  type Answered,
  type Attempt,
  type Outcome,
} from '../../platform/messaging/command-handlers.js';
import { OutcomePendingError } from '../../platform/messaging/external-errors.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { Carrier, type Accepted, type BookingAnswer, type BookingProgress } from '../carrier/carrier.js';
import { cancelledBefore } from '../carrier/refusals.js';
import { DeliveryAddresses, type DeliveryAddress } from '../contracts/ports.js';
import { ArrangeShipping } from '../contracts/shipping-commands.js';
import { ShippingArranged } from '../contracts/shipping-events.js';
import { MissingAddressError } from '../domain/missing-address.error.js';
import { shippingCodes } from '../domain/shipping-codes.js';
import type { ShipmentRow } from '../persistence/sql/read-shipments.sql.js';
import { requestShipments } from '../persistence/sql/request-shipments.sql.js';
import { settledAnswer } from './settled-answer.js';
import { ShipmentBook } from './shipment-book.js';
import { ShipmentRows } from './shipment-rows.js';

const progressSchema = z.object({ percent: z.number().min(0).max(100) });

/**
 * Books shipments with the carrier, once each: see `ArrangeShipping`.
 *
 * While the carrier has yet to confirm, both `call` and `resolve` end in `OutcomePendingError` `SHIPPING.PENDING`: the
 * way on is to ask again, or to wait for `BookingConfirmedByCarrier` and then to ask.
 */
@CommandHandler(ArrangeShipping)
export class ArrangeShippingHandler extends ExternalCommandHandler<
  ArrangeShipping,
  BookingAnswer,
  ShippingArranged
> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly carrier: Carrier,
    private readonly addresses: DeliveryAddresses,
    private readonly book: ShipmentBook,
    private readonly rows: ShipmentRows,
  ) {
    super(unitOfWork, eventBus);
  }

  /** An order without an address gets no row here and a `MissingAddressError` from `call`: others go on. */
  async begin(commands: readonly ArrangeShipping[]): Promise<void> {
    const addresses = await this.addresses.find(commands.map(({ data }) => data.orderId));
    const rows = new Map(
      commands.flatMap(({ data }) => {
        const address = addresses.get(data.orderId);
        return address ? [[data.shipmentId, { ...data, ...address }]] : [];
      }),
    );
    if (rows.size === 0) return;
    const column = <T>(pick: (row: typeof rows extends Map<string, infer Row> ? Row : never) => T) =>
      [...rows.values()].map(pick);
    let requested: readonly ShipmentRow[] = [];
    const written = this.unitOfWork.query<ShipmentRow>(requestShipments, [
      column((row) => row.shipmentId),
      column((row) => row.orderId),
      column((row) => row.name),
      column((row) => row.line1),
      column((row) => row.line2),
      column((row) => row.city),
      column((row) => row.postalCode),
      column((row) => row.country),
    ]);
    this.unitOfWork.withCommit(written.then((shipments) => (requested = shipments)));
    this.unitOfWork.afterCommit(() => this.rows.justWritten(requested));
  }

  async call({ data }: ArrangeShipping, attempt: Attempt): Promise<BookingAnswer> {
    const row = await this.rows.find(data.shipmentId);
    const settled = row && settledAnswer(row);
    if (settled) return settled;
    const address = row && receiverOf(row);
    if (!address) throw new MissingAddressError(data.shipmentId);
    const answer = await this.carrier.book({
      reference: data.shipmentId,
      orderId: data.orderId,
      address,
      idempotencyKey: data.shipmentId,
      signal: attempt.signal,
      progress: (progress) => attempt.heartbeat(progress),
      resumeFrom: progressOf(attempt.lastProgress),
    });
    return decided(answer);
  }

  async resolve({ data }: ArrangeShipping, attempt: Attempt): Promise<BookingAnswer | null> {
    const found = await this.carrier.find({ reference: data.shipmentId, signal: attempt.signal });
    if (found === null) return null;
    return found.kind === 'cancelled' ? cancelledBefore() : decided(found);
  }

  async record(
    answered: readonly Answered<ArrangeShipping, BookingAnswer>[],
  ): Promise<readonly Outcome<ShippingArranged>[]> {
    const entries = answered.map(({ command, answer }) => ({ ...command.data, answer }));
    // Nothing is nearly ever cancelled between a booking and its entry.
    const cancelled = await this.unitOfWork.presume(new Set<string>(), this.book.enter(entries));
    return answered.map(({ command: { data }, answer }) => {
      if (answer.kind === 'refused') return new Rejection(answer.code, answer.message);
      if (cancelled.has(data.shipmentId)) return rejected(cancelledBefore());
      return new ShippingArranged({
        shipmentId: data.shipmentId,
        orderId: data.orderId,
        carrier: answer.carrier,
        trackingNumber: answer.trackingNumber,
      });
    });
  }
}

function decided(answer: BookingAnswer | Accepted): BookingAnswer {
  if (answer.kind !== 'accepted') return answer;
  throw new OutcomePendingError(shippingCodes.pending, 'The carrier has not confirmed the booking yet.');
}

const rejected = ({ code, message }: { code: string; message: string }) => new Rejection(code, message);

function progressOf(stored: unknown): BookingProgress | null {
  return progressSchema.safeParse(stored).data ?? null;
}

function receiverOf(row: ShipmentRow): DeliveryAddress | null {
  const { receiver_name: name, receiver_line1: line1, receiver_line2: line2 } = row;
  const { receiver_city: city, receiver_postal_code: postalCode, receiver_country: country } = row;
  if (name === null || line1 === null || city === null || postalCode === null || country === null)
    return null;
  return { name, line1, line2, city, postalCode, country };
}
