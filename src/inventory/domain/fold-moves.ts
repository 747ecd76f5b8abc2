import type { Quantity } from './quantity.js';
import type { StockEffect } from './reservation.js';

/** How one stock row changes, by adding. */
export interface StockMove {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
}

/** Lines and what each piece of them does to its stock row. */
export interface LinesMoved {
  readonly lines: readonly Quantity[];
  readonly effect: StockEffect;
}

/**
 * Adds up the moves of many orders to one change a SKU, so that however many orders touch a stock row, it is
 * written once a batch. SKUs that do not change are left out.
 */
export function foldMoves(moved: readonly LinesMoved[]): StockMove[] {
  const folded = new Map<string, { onHand: number; reserved: number }>();
  for (const { lines, effect } of moved) {
    for (const { sku, quantity } of lines) {
      const sum = folded.get(sku) ?? { onHand: 0, reserved: 0 };
      sum.onHand += effect.onHand * quantity;
      sum.reserved += effect.reserved * quantity;
      folded.set(sku, sum);
    }
  }
  return [...folded]
    .filter(([, sum]) => sum.onHand !== 0 || sum.reserved !== 0)
    .map(([sku, sum]) => ({ sku, ...sum }));
}
