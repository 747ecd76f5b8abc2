import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { isReached, type CaseResult } from './result.js';

/** Where and with what it was measured. */
export function surroundings() {
  const [cpu] = cpus();
  return { node: process.versions.node, processors: cpus().length, model: cpu?.model ?? 'unknown' };
}

/** Writes what was measured so far: a run that fails later has not measured in vain. */
export async function writeJson(
  path: string,
  options: unknown,
  startedAt: Date,
  cases: readonly CaseResult[],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const results = cases.map(({ ratios = [], ...result }) => ({
    ...result,
    ratios: ratios.map((ratio) => ({ ...ratio, reached: isReached(ratio) })),
  }));
  const document = { startedAt, surroundings: surroundings(), options, cases: results };
  await writeFile(path, `${JSON.stringify(document, null, 2)}\n`);
}
