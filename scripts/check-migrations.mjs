import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, orSay, root } from './lib/ensure.mjs';

/*
 * `npm run migrations:check`: a released migration has run on somebody's database, so it must never change again.
 * `npm run migrations:release` freezes those that are new, as part of making a release.
 */

const folder = join(root, 'migrations');
const list = join(folder, 'checksums.json');

await orSay(() => {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const current = Object.fromEntries(files.map((file) => [file, sha256(join(folder, file))]));
  const released = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : {};
  const problems = [...changed(released, current), ...outOfOrder(released, files)];
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  if (process.argv.includes('--release')) writeFileSync(list, `${JSON.stringify(current, null, 2)}\n`);
});

function changed(released, current) {
  return Object.keys(released)
    .filter((file) => released[file] !== current[file])
    .map(
      (file) =>
        `migrations/${file} was released and has been ${current[file] ? 'edited' : 'removed'}: write a new one instead.`,
    );
}

/** A new migration that sorts before a released one would run after it on some databases and before it on others. */
function outOfOrder(released, files) {
  const newest = Object.keys(released).sort().at(-1) ?? '';
  return files
    .filter((file) => !(file in released) && file < newest)
    .map(
      (file) => `migrations/${file} is new and sorts before the released ${newest}: give it a later number.`,
    );
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
