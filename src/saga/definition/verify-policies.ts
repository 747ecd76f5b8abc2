import { reactionsOf } from './event-answers.js';
import type { At, Find } from './finding.js';
import type { RetryPolicy } from './policy.js';
import type { SagaDefinition } from './types.js';

/** A policy whose numbers mean something. Delays are clamped when they are computed; see `retryDelayMs`. */
export function checkPolicies(definition: SagaDefinition, at: At, find: Find): void {
  for (const { name, retry } of definition.steps) check(retry, at(name), find);
  for (const { step, retry } of definition.compensations) check(retry, at(step, 'compensation'), find);
  for (const { closing, retry } of definition.closings) check(retry, at(closing), find);
  for (const { event, place, reaction } of reactionsOf(definition))
    check(reaction.retry, at(event, place), find);
}

function check({ maxAttempts, jitter }: RetryPolicy, path: string, find: Find): void {
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    find('SAGA.BAD_POLICY', path, `maxAttempts is ${maxAttempts}; it counts the first attempt too`);
  }
  if (!(jitter >= 0 && jitter <= 1)) {
    find('SAGA.BAD_POLICY', path, `jitter is ${jitter}; it is a share of the delay, from 0 to 1`);
  }
}
