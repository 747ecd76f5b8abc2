/*
 * How the walkthrough looks: plain text in columns, so that it can be read in a terminal and pasted into a page.
 */

const WIDTH = 10;

export function heading(title) {
  return `\n${title}\n${'─'.repeat(title.length)}`;
}

/** Rows of a label and a text. */
export function table(rows) {
  return rows.map(([label, text]) => `  ${label.padEnd(WIDTH)}${text}`).join('\n');
}

/** Before and after; one word when nothing has changed. */
export function arrow(before, after) {
  const indent = `\n  ${' '.repeat(WIDTH)}`;
  return before === after ? `${before}, as before` : `before  ${before}${indent}after   ${after}`;
}

/** E.g. `258.00 EUR`: minor units as people write them. */
export function money(amount, currency) {
  const { maximumFractionDigits: digits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** The story of an order, each line with the milliseconds since its beginning. */
export function timeline(items) {
  const start = Date.parse(items[0].at);
  const rows = items.map(({ at, text, code }) => [
    `${Date.parse(at) - start} ms`,
    code ? `${text} [${code}]` : text,
  ]);
  const width = Math.max(...rows.map(([after]) => after.length));
  return table(
    rows.map(([after, text], index) => [index === 0 ? 'timeline' : '', `${after.padStart(width)}  ${text}`]),
  );
}

/** Each check with a mark, ✓ when it holds. */
export function verdict(checks) {
  return table(
    checks.map(([what, holds], index) => [index === 0 ? 'verdict' : '', `${holds ? '✓' : '✗'} ${what}`]),
  );
}
