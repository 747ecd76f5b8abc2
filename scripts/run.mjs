import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, ensureNode, orSay, root } from './lib/ensure.mjs';

/** `node scripts/run.mjs scripts/dump-schema [arguments]`: runs a TypeScript file of ours, built if it must be. */
await orSay(() => {
  ensureNode();
  ensureInstalled();
  ensureBuilt();
});
const [script] = process.argv.splice(2, 1);
await import(pathToFileURL(join(root, 'dist', `${script}.js`)).href);
