/**
 * The sum of the lines in minor units; null when it is above 2^53 − 1, where JSON numbers stop being exact.
 * Computed without rounding, so an overflow is seen and never a wrong total.
 */
export function totalOf(lines: readonly { quantity: number; unitAmount: number }[]): number | null {
  const total = lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitAmount), 0n);
  return total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : null;
}
