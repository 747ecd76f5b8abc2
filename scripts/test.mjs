import { ensureBuilt, ensureInstalled, ensureNode, orSay } from './lib/ensure.mjs';
import { conclude, runTests } from './lib/tests.mjs';

/**
 * `npm test`: installs and builds if it must, runs all tests, or those of the projects or files named as arguments,
 * and ends with the line `N passed, N failed`.
 */
await orSay(() => {
  ensureNode();
  ensureInstalled();
  ensureBuilt();
  conclude(runTests(process.argv.slice(2)));
});
