import { ensureBuilt, ensureInstalled, ensureNode, Failure, orSay } from './lib/ensure.mjs';
import { conclude, runTests } from './lib/tests.mjs';

/*
 * `npm run crash -- --kills 50 --seed 1234`: the crash tests, longer or exactly as before. Without `--kills` as often
 * as in `npm test`; without `--seed` by a new seed, which the tests print.
 */

const OPTIONS = { '--kills': 'CRASH_KILLS', '--seed': 'CRASH_SEED' };

function readOptions(words) {
  const environment = {};
  for (let i = 0; i < words.length; i += 2) {
    const variable = OPTIONS[words[i]];
    if (!variable)
      throw new Failure(`Unknown option ${words[i]}; there are ${Object.keys(OPTIONS).join(', ')}.`);
    if (!/^\d+$/.test(words[i + 1] ?? '')) throw new Failure(`${words[i]} needs a whole number.`);
    environment[variable] = words[i + 1];
  }
  return environment;
}

await orSay(() => {
  Object.assign(process.env, readOptions(process.argv.slice(2)));
  ensureNode();
  ensureInstalled();
  ensureBuilt();
  conclude(runTests(['crash']));
});
