import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../../ops/prometheus/alerts.yml');

export interface AlertRule {
  /** Of an alert or of what it builds on. */
  readonly name: string;
  readonly expr: string;
  /** Null for what an alert builds on. */
  readonly runbook: string | null;
}

/** The rules that are shipped. Reads the one form that they are written in: YAML of this depth. @throws Error for a rule without its parts */
export async function readAlertRules(): Promise<AlertRule[]> {
  const yaml = await readFile(FILE, 'utf8');
  return yaml
    .split(/^ {6}- (?=alert:|record:)/m)
    .slice(1)
    .map((text) => {
      const [, kind, name] = /^(alert|record): (\S+)$/m.exec(text) ?? [];
      const [, block, inline] = /^ {8}expr: (?:\|\n((?: {10}.*\n)+)|(.*)$)/m.exec(text) ?? [];
      const runbook = /^ {10}runbook: (\S+)$/m.exec(text)?.[1] ?? null;
      const expr = block ?? inline;
      if (!name || !expr || (kind === 'alert') !== (runbook !== null)) throw new Error(`No rule: ${text}`);
      return { name, expr, runbook };
    });
}
