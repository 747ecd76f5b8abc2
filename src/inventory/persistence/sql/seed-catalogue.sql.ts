import { statement } from '../../../platform/database/statement.js';

/**
 * Fills an empty catalogue: products, their stock, and the ledger entries that explain it. Does nothing when
 * there is any product; of two processes that start together, one seeds.
 * Values: SKUs text[], product ids uuid[], names text[], unit amounts bigint[], currencies text[],
 * quantities int[], adjustment ids uuid[].
 */
export const seedCatalogue = statement(
  'inventory.seed-catalogue',
  `WITH seed AS (
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::int[], $7::uuid[])
       AS s (sku, id, name, unit_amount, currency, quantity, adjustment_id)
     WHERE NOT EXISTS (SELECT FROM inventory.product)
   ), products AS (
     INSERT INTO inventory.product (sku, id, name, unit_amount, currency)
     SELECT sku, id, name, unit_amount, currency FROM seed ORDER BY sku
     ON CONFLICT (sku) DO NOTHING
     RETURNING sku
   ), stocked AS (
     INSERT INTO inventory.stock (sku, on_hand)
     SELECT sku, quantity FROM seed JOIN products USING (sku)
   )
   INSERT INTO inventory.stock_adjustment (id, sku, quantity, reason, actor, on_hand_after)
   SELECT adjustment_id, sku, quantity, 'demonstration catalogue', 'system', quantity
   FROM seed JOIN products USING (sku)
   RETURNING sku`,
);
