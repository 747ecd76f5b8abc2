/**
 * A longest sequence that both lists have, in order: what has stayed when the rest has moved. Quadratic, which for the
 * steps of a saga is nothing.
 */
export function longestCommon(from: readonly string[], to: readonly string[]): string[] {
  if (from.length === 0 || to.length === 0) return [];
  const lengths = from.map(() => to.map(() => 0));
  const length = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = from.length - 1; row >= 0; row--) {
    for (let column = to.length - 1; column >= 0; column--) {
      lengths[row]![column] =
        from[row] === to[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  const common: string[] = [];
  for (let row = 0, column = 0; row < from.length && column < to.length;) {
    if (from[row] === to[column]) {
      common.push(from[row]!);
      row++;
      column++;
    } else if (length(row + 1, column) >= length(row, column + 1)) row++;
    else column++;
  }
  return common;
}
