import { ensureBuilt, ensureInstalled, ensureNode, orSay } from './lib/ensure.mjs';

/** `npm run build`: builds anew; with `--if-needed` only when a source file is newer than the build. */
await orSay(() => {
  ensureNode();
  ensureInstalled();
  ensureBuilt({ always: !process.argv.includes('--if-needed') });
});
