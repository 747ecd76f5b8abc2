export { Random } from '../../src/saga/testing/random.js';

/** The seed of a run: `CRASH_SEED`, or a new one. */
export function seedOfRun(): number {
  const given = process.env.CRASH_SEED;
  return given ? Number(given) : Math.floor(Math.random() * 2 ** 32);
}
