import { v7 } from 'uuid';
import type { SagaDefinition } from '../definition/index.js';
import { decide } from '../engine/decide.js';
import type { SagaState } from '../engine/state.js';
import { StimulusRefused, type Stimulus } from '../engine/stimulus.js';

/** Something that may be done with a saga in flight on a version that was taken back, and the request that does it. */
export interface Choice {
  readonly choice: 'leave' | 'pause' | 'move' | 'compensate';
  /** Whether it applies as the saga stands now. A call that is under way may put it off. */
  readonly applies: boolean;
  /** What it means, or why it does not apply. */
  readonly text: string;
  /** Null: nothing is to be sent. */
  readonly request: Request | null;
}

interface Request {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: { readonly 'If-Match': string };
  readonly body: Readonly<Record<string, unknown>>;
}

export interface InFlightSaga {
  readonly id: string;
  readonly revision: number;
  readonly state: SagaState;
  /** Null: this build does not have it, and decides nothing about the saga. */
  readonly definition: SagaDefinition | null;
}

/**
 * What can be done with a saga now, asked of the decider that would do it. Pure.
 * @param control where it would move to; null: this build does not have that version
 */
export function choicesFor(saga: InFlightSaga, control: SagaDefinition | null, now: string): Choice[] {
  const { id, revision } = saga;
  const reason = `v${saga.state.version} was taken back.`;
  const request = (action: string, more: Record<string, unknown> = {}): Request => ({
    method: 'POST',
    path: `/v1/admin/sagas/${id}/${action}`,
    headers: { 'If-Match': `"${revision}"` },
    body: { reason, ...more },
  });
  const by = { by: 'preview', reason };
  return [
    { choice: 'leave', applies: true, text: 'It goes on with its version to its end.', request: null },
    asked(saga, { kind: 'pause', ...by }, now, {
      choice: 'pause',
      text: 'Nothing new is begun until somebody resumes it.',
      request: request('pause'),
    }),
    asked(saga, control && { kind: 'move', ...by, to: control }, now, {
      choice: 'move',
      text: `It goes on with v${control?.version}: what it has done is a valid beginning there. A supervisor's request.`,
      request: request('move', { toVersion: control?.version }),
    }),
    asked(saga, { kind: 'cancel', ...by, code: 'SAGA.COMPENSATED_BY_OPERATOR', type: 'operator' }, now, {
      choice: 'compensate',
      text: 'It undoes what it has done.',
      request: request('compensate'),
    }),
  ];
}

function asked(
  { definition, state }: InFlightSaga,
  stimulus: Stimulus | null,
  now: string,
  choice: Omit<Choice, 'applies'>,
): Choice {
  const refused = (text: string): Choice => ({ ...choice, applies: false, text, request: null });
  if (!definition || !stimulus) return refused('This build does not have the version; ask one that has.');
  try {
    const env = { now, newId: v7, random: Math.random };
    const { entries } = decide(definition, state, stimulus, env);
    return entries.length > 0 ? { ...choice, applies: true } : refused('It would change nothing any more.');
  } catch (error) {
    if (!(error instanceof StimulusRefused)) throw error;
    return refused(error.message);
  }
}
