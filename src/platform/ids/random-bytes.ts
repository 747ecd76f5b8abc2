import { randomFillSync } from 'node:crypto';

const store = Buffer.alloc(4_096);
let used = store.length;

/**
 * Random bytes for ids, at most 4,096: asking the system for them costs the same for one id as for hundreds. No byte is
 * given out twice. They are to be read at once: the store is filled anew. Not for keys, which nothing should keep around.
 */
export function randomBytesForIds(count: number): Buffer {
  if (used + count > store.length) {
    randomFillSync(store);
    used = 0;
  }
  return store.subarray(used, (used += count));
}
