import type { CaseResult } from './report/result.js';
import { asText } from './report/print.js';
import { surroundings, writeJson } from './report/write.js';
import { optionsFrom, usage, UsageError, type Options } from './lib/options.js';
import { World } from './world/world.js';

/*
 * `npm run bench`: how fast orders go through, beside what one would write by hand, in one run, so that ratios hold on
 * any machine. Everything it needs it starts, and ends; what it measures is in docs/performance.md. Linux only: the CPU
 * times of processes are read from /proc.
 *
 * Exit codes: 0 all was measured and all books were right; 1 not so; 2 not understood; 130 interrupted.
 */

const startedAt = new Date();

async function measure({ cases, quick, repeat, json }: Options): Promise<void> {
  const { node, processors, model } = surroundings();
  console.log(`Node ${node}, ${processors} × ${model}; each figure is the median of ${repeat}`);
  const opening = World.open({ quick });
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Interrupted()));
    }
  });
  const results: CaseResult[] = [];
  const runAll = async () => {
    const world = await opening;
    for (const one of cases) {
      results.push(await one.run({ world, quick, repeat }));
      console.log(asText(results.at(-1)!));
      await writeJson(json, { quick, repeat }, startedAt, results);
    }
    console.log(`\n${Math.round((Date.now() - startedAt.getTime()) / 1_000)} s; the figures are in ${json}`);
  };
  const running = runAll();
  try {
    await Promise.race([running, interrupted]);
  } finally {
    // What still runs when it is interrupted fails because its world ends, and nobody asks why any more.
    running.catch(() => undefined);
    await opening.then((world) => world.close());
  }
}

class Interrupted extends Error {}

try {
  const options = optionsFrom(process.argv.slice(2), startedAt);
  if (options.help) console.log(usage);
  else await measure(options);
  process.exit(0);
} catch (error) {
  if (error instanceof Interrupted) process.exit(130);
  console.error(error instanceof UsageError ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
