import { v7 } from 'uuid';
import { randomBytesForIds } from './random-bytes.js';

const rng = () => randomBytesForIds(16);

/**
 * A UUIDv7, for those who need many. Ids of different milliseconds are in the order of their making; within one they
 * are in any order: where that matters, take `v7` of `uuid`.
 */
export const newId = (): string => v7({ rng });
