import { sumBySku, type Quantity } from './quantity.js';

/** What is missing of one product. */
export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  /** What was free when the order's turn came, after those before it. */
  readonly available: number;
}

/** Whether an order gets all that it wants; if not, everything that stands in its way at once. */
export type Allocation =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      /** SKUs without stock row: the product does not exist. */
      readonly unknown: readonly string[];
      readonly short: readonly Shortage[];
    };

/**
 * Shares out what is free, greedily in order of arrival. Guarantees: never gives out more than is free; an
 * order gets all of its lines or nothing; one that is refused takes nothing, so that a smaller one behind it
 * may still be served.
 *
 * @param orders the lines of each order, in order of arrival
 * @param free the pieces free to promise, by SKU; a SKU that is missing is unknown
 * @returns one answer for each order, in their order
 */
export function allocate(
  orders: readonly (readonly Quantity[])[],
  free: ReadonlyMap<string, number>,
): Allocation[] {
  const left = new Map(free);
  return orders.map((lines) => {
    const wanted = sumBySku(lines);
    const unknown: string[] = [];
    const short: Shortage[] = [];
    for (const [sku, quantity] of wanted) {
      const available = left.get(sku);
      if (available === undefined) unknown.push(sku);
      else if (available < quantity) short.push({ sku, wanted: quantity, available });
    }
    if (unknown.length > 0 || short.length > 0) return { accepted: false, unknown, short };
    for (const [sku, quantity] of wanted) left.set(sku, (left.get(sku) ?? 0) - quantity);
    return { accepted: true };
  });
}
