import { statement } from '../../../platform/database/statement.js';

export interface PutProductRow {
  sku: string;
  name: string;
  unit_amount: number;
  currency: string;
  /** 1 exactly when this call created the product. */
  version: number;
  created_at: Date;
  updated_at: Date;
}

/**
 * Creates the product with an empty stock row, or replaces what it says.
 * Values: SKU, id (used for a new product only), name, unit amount, currency.
 */
export const putProduct = statement(
  'inventory.put-product',
  `WITH written AS (
     INSERT INTO inventory.product AS p (sku, id, name, unit_amount, currency)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (sku) DO UPDATE
       SET name = excluded.name, unit_amount = excluded.unit_amount, currency = excluded.currency,
           version = p.version + 1, updated_at = now()
     RETURNING *
   ), stocked AS (
     INSERT INTO inventory.stock (sku) SELECT sku FROM written WHERE version = 1
   )
   SELECT sku, name, unit_amount, currency, version, created_at, updated_at FROM written`,
);
