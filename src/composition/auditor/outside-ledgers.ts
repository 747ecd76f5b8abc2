import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ListSandboxCharges, type SandboxCharge } from '../../billing/contracts/sandbox-queries.js';
import { Settings } from '../../platform/config/settings.js';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import { ListSandboxBookings, type SandboxBooking } from '../../shipping/contracts/sandbox-queries.js';
import { readBookingsOfShipments, type LedgerBooking } from './sql/read-bookings-of-shipments.sql.js';
import { readChargesOfPayments, type LedgerCharge } from './sql/read-charges-of-payments.sql.js';

const pageSize = 1_000;

/**
 * The ledgers of the gateway and the carrier, as far as they can be asked: the sandbox's. Read on the outside's own
 * connections, so what it answers is of another instant than our rows: whoever compares the two must know which was
 * read first.
 */
@Injectable()
export class OutsideLedgers {
  constructor(
    private readonly world: SandboxWorld,
    private readonly queries: QueryBus,
    private readonly settings: Settings,
  ) {}

  /** False: there is nobody to ask, and nothing is judged. */
  get canBeAsked(): boolean {
    return this.settings.sandbox;
  }

  /** By our payments' ids; a payment that the gateway has no charge of is missing. */
  async chargesOf(paymentIds: readonly string[]): Promise<Map<string, LedgerCharge>> {
    const rows = await this.world.query<LedgerCharge>(readChargesOfPayments, [paymentIds]);
    return new Map(rows.map((row) => [row.reference, row]));
  }

  /** Tracking numbers of standing bookings by our shipments' ids; a shipment without any is missing. */
  async bookingsOf(shipmentIds: readonly string[]): Promise<Map<string, readonly string[]>> {
    const rows = await this.world.query<LedgerBooking>(readBookingsOfShipments, [shipmentIds]);
    return new Map(rows.map(({ reference, trackingNumbers }) => [reference, trackingNumbers]));
  }

  /** All charges since then, page by page, newest first; null: of all time. */
  async *charges(since: Date | null): AsyncGenerator<readonly SandboxCharge[]> {
    let after: SandboxCharge | null = null;
    do {
      const page: SandboxCharge[] = await this.queries.execute(new ListSandboxCharges(pageSize, after));
      const recent = newerThan(since, page);
      if (recent.length > 0) yield recent;
      after = recent.length === pageSize ? (page.at(-1) ?? null) : null;
    } while (after);
  }

  /** All bookings since then, page by page, newest first; null: of all time. */
  async *bookings(since: Date | null): AsyncGenerator<readonly SandboxBooking[]> {
    let after: string | null = null;
    do {
      const page: SandboxBooking[] = await this.queries.execute(new ListSandboxBookings(pageSize, after));
      const recent = newerThan(since, page);
      if (recent.length > 0) yield recent;
      after = recent.length === pageSize ? (page.at(-1)?.trackingNumber ?? null) : null;
    } while (after);
  }
}

function newerThan<T extends { createdAt: Date }>(since: Date | null, page: readonly T[]): readonly T[] {
  return since === null ? page : page.filter(({ createdAt }) => createdAt > since);
}
