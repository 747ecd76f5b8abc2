/** Columns as wide as they must be, no frames: what `grep`, `sort` and `awk` can read, too. */
export function table(rows, columns) {
  if (rows.length === 0) return '(none)';
  const names = Object.keys(columns);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => cell(columns[name](row)))),
  ];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((value, column) => value.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Control characters from outside have no business in a terminal. */
function cell(value) {
  return value === null || value === undefined || value === '' ? '-' : clean(String(value));
}

export function clean(value) {
  return value.replaceAll(/\p{Cc}/gu, ' ');
}

/** Minor units in the currency's own, e.g. `EUR 37.80`. */
export function amount({ currency, amount: minor }) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits;
  return `${currency} ${(minor / 10 ** digits).toFixed(digits)}`;
}
