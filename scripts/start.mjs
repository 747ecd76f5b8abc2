import { ensureBuilt, ensureInstalled, ensureNode, orSay } from './lib/ensure.mjs';

/** `npm start`: installs and builds if it must, then becomes the application: one process, which gets the signals. */
await orSay(() => {
  ensureNode();
  ensureInstalled();
  ensureBuilt();
});
process.setSourceMapsEnabled(true);
await import('../dist/src/main.js');
