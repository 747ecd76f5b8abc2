import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './ensure.mjs';

const PROJECTS = ['unit', 'architecture', 'integration', 'e2e', 'crash'];

/** Tests wait for the database and for child processes, so one worker more than there are cores pays off. */
const workers = availableParallelism() + 1;

/** Jest keeps the modules of every suite that a worker has run: it starts anew beyond this. */
const workerMemory = '1GB';

/** Tests that hold the contract's time limits: they run before all others, with nothing beside them. */
const ALONE = 'test/e2e/startup.spec.ts';

/** Runs Jest on the projects and files named, or on all, and counts. A run without any test has failed. */
export function runTests(wanted) {
  if (wanted.length > 0) return runJest(wanted);
  const alone = runJest(['e2e', ALONE]);
  const others = runJest([], ['--testPathIgnorePatterns', '/node_modules/', ALONE]);
  return {
    passed: alone.passed + others.passed,
    failed: alone.failed + others.failed,
    skipped: alone.skipped + others.skipped,
  };
}

function runJest(wanted, options = []) {
  const projects = wanted.filter((word) => PROJECTS.includes(word));
  const files = wanted.filter((word) => !PROJECTS.includes(word));
  const folder = mkdtempSync(join(tmpdir(), 'order-saga-results-'));
  const results = join(folder, 'results.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/jest/bin/jest.js'),
        `--maxWorkers=${workers}`,
        `--workerIdleMemoryLimit=${workerMemory}`,
        '--json',
        `--outputFile=${results}`,
        ...options,
        ...(projects.length > 0 ? ['--selectProjects', ...projects, '--'] : []),
        ...files,
      ],
      {
        cwd: root,
        // Jest repeats its results as JSON on stdout; what people read goes to stderr.
        stdio: ['inherit', 'ignore', 'inherit'],
        env: {
          ...process.env,
          NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
        },
      },
    );
    return summarise(read(results), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(results) {
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return undefined; // Jest itself failed, and has said why.
  }
}

function summarise(results, status) {
  const passed = results?.numPassedTests ?? 0;
  const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  // A suite that could not run counts as one failure, and so does a run that failed without a failed test.
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  const honest = status === 0 && passed > 0;
  return { passed, failed: honest ? failed : Math.max(failed, 1), skipped };
}

/** Prints the line that says it all, last, and sets the exit code. */
export function conclude({ passed, failed, skipped }) {
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
