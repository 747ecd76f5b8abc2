import { OutcomeUnknownError } from '../../../platform/messaging/external-errors.js';

/** What is seen at a point where an answer would have come. */
export function lost(point: string): Error {
  if (!point.endsWith('after-commit'))
    return new OutcomeUnknownError('CRASH.ANSWER_LOST', 'The answer was lost.');
  return Object.assign(new Error('read ECONNRESET: the answer to COMMIT was lost'), { code: 'ECONNRESET' });
}

/** Whether an answer can be lost there. */
export function canBeLost(point: string): boolean {
  return /^(call|resolve)\.|\.after-commit$/.test(point);
}
