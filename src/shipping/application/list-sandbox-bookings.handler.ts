import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import { listBookings, type ListedBookingRow } from '../carrier/sql/list-bookings.sql.js';
import { ListSandboxBookings, type SandboxBooking } from '../contracts/sandbox-queries.js';

@QueryHandler(ListSandboxBookings)
export class ListSandboxBookingsHandler implements IQueryHandler<ListSandboxBookings> {
  constructor(private readonly world: SandboxWorld) {}

  async execute({ limit, afterTrackingNumber }: ListSandboxBookings): Promise<SandboxBooking[]> {
    const rows = await this.world.query<ListedBookingRow>(listBookings, [afterTrackingNumber, limit]);
    return rows.map((row) => ({
      reference: row.reference,
      orderId: row.order_id,
      status: row.status,
      trackingNumber: row.tracking_number,
      createdAt: row.created_at,
    }));
  }
}
