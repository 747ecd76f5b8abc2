import { spawnSync } from 'node:child_process';
import { ensureInstalled, ensureNode, orSay, root } from './lib/ensure.mjs';
import { conclude, runTests } from './lib/tests.mjs';

/*
 * `npm run verify`, the one gate, the same by hand and in CI. Every check runs even when an earlier one failed, so
 * that one run tells all; the last line is `N passed, N failed`, of the tests, and a failed check counts as one.
 */

const CHECKS = [
  'build',
  'format:check',
  'lint',
  'types',
  'migrations:check',
  'schema:check',
  'openapi:check',
  'sagas:check',
];

await orSay(() => {
  ensureNode();
  ensureInstalled();
  const broken = CHECKS.filter((name) => !passes(name));
  const tests = runTests([]);
  for (const name of broken) console.log(`\nnpm run ${name} failed; see above.`);
  conclude({ ...tests, failed: tests.failed + broken.length });
});

function passes(name) {
  console.log(`\n— ${name}`);
  return spawnSync('npm', ['run', '--silent', name], { cwd: root, stdio: 'inherit' }).status === 0;
}
