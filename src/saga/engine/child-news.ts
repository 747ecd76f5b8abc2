import { z } from 'zod';
import { message } from '../../platform/messaging/message.js';
import { StartChild, type SagaDefinition } from '../definition/index.js';
import type { Entry } from './entries.js';
import { engineError } from './errors.js';
import { resultsOf } from './results.js';
import type { SagaState } from './state.js';
import type { ChildNews } from './stimulus.js';

const error = z.object({
  name: z.string(),
  code: z.string().nullable(),
  message: z.string(),
  stack: z.string().nullable(),
  chain: z.array(z.string()),
});

/** To the saga that started it: how a child stands. */
export class ChildEnded extends message(
  'saga.child-ended.v1',
  z.object({
    /** The parent. */
    subject: z.string(),
    childId: z.string(),
    how: z.enum(['done', 'completed', 'compensated', 'terminated']),
    results: z.record(z.string(), z.unknown()),
    error: error.nullable(),
  }),
) {}

/** To a child: whether what it did stays. */
export class SagaVerdict extends message(
  'saga.verdict.v1',
  z.object({
    /** The child. */
    subject: z.string(),
    verdict: z.enum(['keep', 'undo']),
  }),
) {}

/**
 * What a commit has to tell other sagas. Through the outbox: no saga's transaction locks another one's row, and what is
 * told is told exactly when it is true.
 */
export function newsOf(
  definition: SagaDefinition,
  entries: readonly Entry[],
  state: SagaState,
): (ChildEnded | SagaVerdict)[] {
  const news: (ChildEnded | SagaVerdict)[] = [];
  const tells = entries.some(({ kind }) => kind === 'done' || kind === state.end);
  if (tells) news.push(...standing(definition, state));
  if (!entries.some(({ kind }) => kind === state.end)) return news;
  // With the end of a saga what its children did stays, unless it was undone by then.
  for (const { action, compensation } of state.steps) {
    if (action?.command !== StartChild.wireName || compensation?.status === 'succeeded') continue;
    news.push(new SagaVerdict({ subject: action.reference, verdict: 'keep' }));
  }
  return news;
}

/** How a child stands, for its parent; none: nobody waits for it, or it is still under way. */
export function standing(definition: SagaDefinition, state: SagaState): ChildEnded[] {
  const { id, parent, end, doneAt, cause } = state;
  const how: ChildNews['how'] | null = end ?? (doneAt !== null && !cause ? 'done' : null);
  if (!parent || how === null) return [];
  const why = cause && (cause.error ?? engineError(cause.code, cause.message));
  const results = how === 'done' || how === 'completed' ? { ...resultsOf(definition, state) } : {};
  const told = why && { ...why, code: cause.code, stack: null, chain: [...why.chain] };
  return [new ChildEnded({ subject: parent.sagaId, childId: id, how, results, error: told })];
}
