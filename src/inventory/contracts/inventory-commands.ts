import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { quantities } from './inventory-events.js';

/**
 * What an order does to the stock. All are idempotent: asked again, they answer again and move nothing. Who may
 * move a reservation where stands as a table in `domain/reservation.ts`.
 */

const order = z.object({ orderId: z.uuid() });

/**
 * Holds the quantities for the order, all or none. Ends in `InventoryReserved`, or in `InventoryRejected`:
 * `INVENTORY.OUT_OF_STOCK`, `INVENTORY.UNKNOWN_SKU`, `INVENTORY.RESERVATION_CLOSED`. An order that has a
 * reservation keeps its lines, whatever a second command says.
 */
export class ReserveInventory extends message(
  'inventory.reserve-inventory.v1',
  order.extend({ lines: quantities }),
) {}

/**
 * Undoes `ReserveInventory`. Ends in `ReservationReleased`, also when nothing is held; an order whose release
 * came first cannot reserve any more. What is committed must be returned first: until then it is refused with
 * `INVENTORY.ALREADY_COMMITTED`, so that the goods are not forgotten.
 */
export class ReleaseReservation extends message('inventory.release-reservation.v1', order) {}

/**
 * Takes what is held out of the stock. Ends in `InventoryCommitted`, or in `InventoryRejected` when nothing is
 * held: `INVENTORY.NOT_RESERVED`.
 */
export class CommitInventory extends message('inventory.commit-inventory.v1', order) {}

/** Holds and takes in one (v1). Ends in `InventoryCommitted`, or in `InventoryRejected` as `ReserveInventory` does. */
export class ReserveAndCommitInventory extends message(
  'inventory.reserve-and-commit-inventory.v1',
  order.extend({ lines: quantities }),
) {}

/**
 * Puts back what the order has taken, once. Ends in `InventoryReturned`, also when nothing was taken.
 * `to`: `reservation` undoes `CommitInventory` (held again, for `ReleaseReservation` to free);
 * `stock` undoes `ReserveAndCommitInventory` (free again; when it came first, the order cannot take any more).
 */
export class ReturnInventory extends message(
  'inventory.return-inventory.v1',
  order.extend({ to: z.enum(['reservation', 'stock']) }),
) {}
