import { ensureBuilt, ensureInstalled, ensureNode, Failure, orSay } from './lib/ensure.mjs';
import { conclude, runTests } from './lib/tests.mjs';

/*
 * `npm run crash -- --kills 50 --schedules 10000 --seed 1234`: the crash tests that the options are about, longer or
 * as before; all of them without any. Without `--seed` by a new seed, which the tests print.
 * `npm run crash -- --orders 10000` is the big run: so many orders, three workers, one of them killed every five seconds.
 * `npm run crash -- --schedule "v2 happy: die call.after#1"` runs one schedule, as a failed run has printed it.
 */

const OPTIONS = {
  '--kills': { variable: 'CRASH_KILLS', files: 'test/crash/kill.spec' },
  '--orders': { variable: 'CRASH_ORDERS', files: 'test/crash/big-run.spec' },
  '--schedules': { variable: 'CRASH_SCHEDULES', files: 'schedules' },
  '--schedule': { variable: 'CRASH_SCHEDULE', files: 'test/crash/schedules', text: true },
  '--seed': { variable: 'CRASH_SEED' },
};

/** What the tests get in their environment, and which of their files the options are about; none: all. */
function readOptions(words) {
  const environment = {};
  const files = [];
  for (let i = 0; i < words.length; i += 2) {
    const option = OPTIONS[words[i]];
    if (!option)
      throw new Failure(`Unknown option ${words[i]}; there are ${Object.keys(OPTIONS).join(', ')}.`);
    const value = words[i + 1] ?? '';
    if (!option.text && !/^\d+$/.test(value)) throw new Failure(`${words[i]} needs a whole number.`);
    if (value === '') throw new Failure(`${words[i]} needs a schedule.`);
    environment[option.variable] = value;
    if (option.files) files.push(option.files);
  }
  return { environment, files };
}

await orSay(() => {
  const { environment, files } = readOptions(process.argv.slice(2));
  Object.assign(process.env, environment);
  ensureNode();
  ensureInstalled();
  ensureBuilt();
  conclude(runTests(['crash', ...files]));
});
