/** What a case has measured. */
export interface CaseResult {
  readonly name: string;
  readonly title: string;
  /** What a reader of the table has to know to read it. */
  readonly note?: string;
  readonly rows: readonly Row[];
  readonly ratios?: readonly Ratio[];
}

/** A line of the table: the first column says whose it is. Null: it was not measured. */
export type Row = Readonly<Record<string, string | number | null>>;

/** One figure over another one of the same run. */
export interface Ratio {
  readonly what: string;
  readonly is: number;
  /** What it is to be, and whether more is better; null: it is shown, and has no goal. */
  readonly goal: { readonly least: number } | { readonly most: number } | null;
}

export function isReached({ is, goal }: Ratio): boolean | null {
  if (goal === null) return null;
  return 'least' in goal ? is >= goal.least : is <= goal.most;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share 0.99: the value that 99 % do not exceed. NaN when there are no values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  if (share === 0.5 && sorted.length % 2 === 0) {
    return (sorted[sorted.length / 2]! + sorted[sorted.length / 2 - 1]!) / 2;
  }
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
