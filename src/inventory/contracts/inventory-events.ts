import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { rejectionEvent } from '../../platform/messaging/rejection.js';

/** How much of which product. */
export const quantities = z.array(z.object({ sku: z.string(), quantity: z.int().positive() }));
const moved = z.object({ orderId: z.uuid(), lines: quantities });

/** The quantities are held for the order; on hand they are still. */
export class InventoryReserved extends message('inventory.reserved.v1', moved) {}
/** Nothing was held, taken or freed. The codes and their details stand in `inventory-rejections.ts`. */
export class InventoryRejected extends rejectionEvent('inventory.rejected.v1') {}
/** The hold is gone. No lines: there was nothing to release. */
export class ReservationReleased extends message('inventory.reservation-released.v1', moved) {}
/** The quantities have left the stock. */
export class InventoryCommitted extends message('inventory.committed.v1', moved) {}
/** The quantities are back. No lines: nothing had been taken. */
export class InventoryReturned extends message('inventory.returned.v1', moved) {}
