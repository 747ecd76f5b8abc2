import { statement } from '../../../platform/database/statement.js';

export interface FreeStockRow {
  sku: string;
  free: number;
}

/** Locks these stock rows, in order of SKU, and answers what is free to promise. Values: SKUs text[]. */
export const lockStock = statement(
  'inventory.lock-stock',
  `SELECT sku, on_hand - reserved AS free
   FROM inventory.stock
   WHERE sku = ANY ($1::text[])
   ORDER BY sku
   FOR NO KEY UPDATE`,
);
