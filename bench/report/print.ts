import { isReached, type CaseResult, type Ratio, type Row } from './result.js';

/** A case as text: its table, then the ratios that it is about. */
export function asText({ title, note, rows, ratios = [] }: CaseResult): string {
  return [
    `\n${title}\n${'─'.repeat(title.length)}`,
    ...table(rows),
    ...(note ? [`  ${note}`] : []),
    ...ratios.map((ratio) => `  ${ratioText(ratio)}`),
  ].join('\n');
}

function table(rows: readonly Row[]): string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells.map((line) =>
    // The first column names, the others count.
    `  ${line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('  ')}`.trimEnd(),
  );
}

function cell(value: Row[string] | undefined): string {
  if (typeof value !== 'number') return value ?? '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratioText(ratio: Ratio): string {
  const { what, is, goal } = ratio;
  if (goal === null) return `${what}: ${is.toFixed(2)}`;
  const wanted = 'least' in goal ? `at least ${goal.least}` : `at most ${goal.most}`;
  return `${isReached(ratio) ? '✓' : '✗'} ${what}: ${is.toFixed(2)} (${wanted})`;
}
