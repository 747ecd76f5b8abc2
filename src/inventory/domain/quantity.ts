/** How much of which product. */
export interface Quantity {
  readonly sku: string;
  /** Pieces; positive. */
  readonly quantity: number;
}

/** The pieces wanted of each SKU; a SKU that stands in several lines is added up. */
export function sumBySku(lines: readonly Quantity[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
