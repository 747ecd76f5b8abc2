import { statement } from '../../../platform/database/statement.js';

export interface AdjustedRow {
  on_hand: number;
  reserved: number;
  created_at: Date;
}

/**
 * Adds to what is on hand and writes the ledger, or does nothing and answers no row: when reserved pieces would
 * go, or when there is no such product. Values: adjustment id, SKU, signed quantity, reason, actor.
 */
export const adjustStock = statement(
  'inventory.adjust-stock',
  `WITH moved AS (
     UPDATE inventory.stock
     SET on_hand = on_hand + $3::integer
     WHERE sku = $2 AND on_hand + $3::integer >= reserved
     RETURNING sku, on_hand, reserved
   ), written AS (
     INSERT INTO inventory.stock_adjustment (id, sku, quantity, reason, actor, on_hand_after)
     SELECT $1, sku, $3::integer, $4, $5, on_hand FROM moved
     RETURNING created_at
   )
   SELECT moved.on_hand, moved.reserved, written.created_at FROM moved, written`,
);
