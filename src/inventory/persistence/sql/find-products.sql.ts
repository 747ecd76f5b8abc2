import { statement } from '../../../platform/database/statement.js';

export interface FoundProductRow {
  sku: string;
  name: string;
  unit_amount: number;
  currency: string;
}

/** What these SKUs are sold for now; every order asks. Values: SKUs text[]. */
export const findProducts = statement(
  'inventory.find-products',
  `SELECT sku, name, unit_amount, currency FROM inventory.product WHERE sku = ANY ($1::text[])`,
);
