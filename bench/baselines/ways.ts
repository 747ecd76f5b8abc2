import type { Pool } from 'pg';
import { batched } from './batched.js';
import { oneStatement } from './one-statement.js';
import { perStep } from './per-step.js';
import type { HandSaga, Outside } from './saga.js';

/** The baselines, by the names they have in results. */
export const ways = ['per-step', 'per-step-pipelined', 'one-statement', 'batched'] as const;
export type Way = (typeof ways)[number];

/** How a baseline is run: orders a transaction, and how many of these at a time, each on a connection of its own. */
export interface Shape {
  readonly batch: number;
  readonly connections: number;
}

const singly = [4, 8, 16, 32].map((connections) => ({ batch: 1, connections }));

/**
 * What is tried for each before it is measured: the fastest here and now is taken, so that a baseline is never slow
 * because of a number that suits another machine. More than 32 connections never helped, with the application's 20 in
 * mind; batches above 1,000 neither.
 */
export const shapes: Readonly<Record<Way, readonly Shape[]>> = {
  'per-step': singly,
  'per-step-pipelined': singly,
  'one-statement': singly,
  batched: [
    { batch: 200, connections: 2 },
    { batch: 500, connections: 2 },
    { batch: 500, connections: 4 },
    { batch: 1_000, connections: 2 },
  ],
};

/** Taken untried when there is no time to try: what was fastest, or close to it, on two cores. */
export const usualShape: Readonly<Record<Way, Shape>> = {
  'per-step': { batch: 1, connections: 8 },
  'per-step-pipelined': { batch: 1, connections: 8 },
  'one-statement': { batch: 1, connections: 16 },
  batched: { batch: 500, connections: 4 },
};

/** Carries sagas out that have been placed. */
export function carryOut(way: Way, pool: Pool, sagas: readonly HandSaga[], outside: Outside): Promise<void> {
  switch (way) {
    case 'per-step':
    case 'per-step-pipelined':
      return perStep(pool, sagas[0]!, outside);
    case 'one-statement':
      return oneStatement(pool, sagas[0]!, outside);
    case 'batched':
      return batched(pool, sagas, outside);
  }
}
