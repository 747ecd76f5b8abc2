import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/*
 * What must be true before anything of ours can run: the right Node, the packages, the build. Uses only
 * what Node brings along, because it runs before the packages are there.
 */

export const root = join(import.meta.dirname, '../..');

const OLDEST_NODE = [20, 19];

/** What the person at the keyboard is told in one line, without a stack. */
export class Failure extends Error {}

/** Runs a script's body; a failure that we foresaw ends the process with its one line. */
export async function orSay(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exit(1);
  }
}

export function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Failure(
      `Node.js ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`,
    );
  }
}

/** Installs when there is nothing installed, or when the lock file changed since. */
export function ensureInstalled() {
  const installed = modifiedAt('node_modules/.package-lock.json');
  if (installed >= modifiedAt('package-lock.json')) return;
  console.log('Installing packages …');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}

/** Builds when a source file is newer than the build; leaves the old build whole until the new one is. */
export function ensureBuilt({ always = false } = {}) {
  const sources = [
    'bench',
    'src',
    'migrations',
    'scripts',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  if (!always && Math.max(...sources.map(newestIn)) <= modifiedAt('dist/.built')) return takeAlong('dist');
  console.log('Building …');
  const startedAt = new Date();
  const draft = `dist.${process.pid}`;
  try {
    runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', draft]);
    takeAlong(draft);
    writeFileSync(join(root, draft, '.built'), '');
    utimesSync(join(root, draft, '.built'), startedAt, startedAt); // A file saved meanwhile is newer.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    renameSync(join(root, draft), join(root, 'dist'));
  } finally {
    rmSync(join(root, draft), { recursive: true, force: true });
  }
}

/** What the built application reads, and is not compiled. */
function takeAlong(build) {
  const file = 'sagas.released.json';
  if (modifiedAt(file) > modifiedAt(join(build, file))) {
    copyFileSync(join(root, file), join(root, build, file));
  }
}

/** Runs a script of ours, or of a package, with this Node. */
export function runNode(script, args = [], env = {}) {
  run(process.execPath, [join(root, script), ...args], env);
}

/** Runs a command to its end, with our output; ends this process when it fails. */
export function run(command, args, env = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) throw new Failure(`${command} could not be started: ${error.message}`);
  if (status !== 0)
    throw new Failure(`${[command, ...args].join(' ')} failed (${signal ?? `exit code ${status}`}).`);
}

function modifiedAt(path) {
  const absolute = join(root, path);
  return existsSync(absolute) ? statSync(absolute).mtimeMs : 0;
}

/** When anything below this path last changed; a folder's own time tells of deleted files. */
function newestIn(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return 0;
  if (!statSync(absolute).isDirectory()) return modifiedAt(path);
  const below = readdirSync(absolute).map((name) => newestIn(join(path, name)));
  return Math.max(modifiedAt(path), ...below);
}
