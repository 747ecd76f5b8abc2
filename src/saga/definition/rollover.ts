import type { At, Find } from './finding.js';
import type { Rollover, SagaDefinition } from './types.js';

/** Seven days keep what is read of a saga near, and let what is older be dropped with its history. */
export const defaultRollover: Rollover = { everyMs: 7 * 24 * 60 * 60 * 1_000, atEntries: 500 };

export function checkRollover({ rollover }: SagaDefinition, at: At, find: Find): void {
  for (const [field, value] of Object.entries(rollover)) {
    if (Number.isInteger(value) && value > 0) continue;
    find('SAGA.BAD_ROLLOVER', at(), `the rollover's ${field} is ${value}; it is a whole number above 0`);
  }
}
