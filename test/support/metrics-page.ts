/** A sample of `/metrics`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a page in Prometheus's text format says. */
export interface MetricsPage {
  readonly samples: readonly Sample[];
  /** By name, each with its type and the labels that its samples have; also such as have no sample. */
  readonly metrics: ReadonlyMap<string, { readonly type: string; readonly labels: ReadonlySet<string> }>;
  /** The sum over the samples of this name with at least these labels. */
  readonly sum: (name: string, labels?: Readonly<Record<string, string>>) => number;
}

/** @throws Error for a line that is none of that format */
export function readMetricsPage(text: string): MetricsPage {
  const samples: Sample[] = [];
  const metrics = new Map<string, { type: string; labels: Set<string> }>();
  let current: { type: string; labels: Set<string> } | undefined;
  for (const line of text.split('\n').filter(Boolean)) {
    const [, typed, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (typed && type) metrics.set(typed, (current = { type, labels: new Set() }));
    if (line.startsWith('#')) continue;
    const [, name, inside = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!name || !value) throw new Error(`No sample: ${line}`);
    const labels = Object.fromEntries(
      [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, of]) => [label!, of!]),
    );
    Object.keys(labels).forEach((label) => current?.labels.add(label));
    samples.push({ name, labels, value: Number(value) });
  }
  return {
    samples,
    metrics,
    sum: (wanted, such = {}) =>
      samples
        .filter(
          ({ name, labels }) => name === wanted && Object.entries(such).every(([l, v]) => labels[l] === v),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}
