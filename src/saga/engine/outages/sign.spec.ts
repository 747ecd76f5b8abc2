import { OutcomeUnknownError, RetryableError } from '../../../platform/messaging/external-errors.js';
import { Rejection } from '../../../platform/messaging/rejection.js';
import { engineError, storeError } from '../errors.js';
import type { OwnedSaga, Work } from '../owned-saga.js';
import type { Stimulus } from '../stimulus.js';
import { signOf } from './sign.js';

const unit = { role: 'action' as const, name: 'call' };
const ended = (stimulus: Stimulus): Work => ({ kind: 'stimulate', saga: {} as OwnedSaga, stimulus });
const failed = (error: unknown): Work =>
  ended({ kind: 'attempt-failed', unit, error: storeError(error), retryAfterMs: null, sent: false });
const unknown = (error: unknown): Work => ended({ kind: 'unknown', unit, error: storeError(error) });
const socket = (code: string) => Object.assign(new Error('socket'), { code });

describe('How a call ended', () => {
  it.each<[string, Work]>([
    ['an answer', { kind: 'record', saga: {} as OwnedSaga, unit, answer: 'yes' }],
    [
      'a no of the business',
      ended({ kind: 'rejection', unit, error: storeError(new Rejection('NO', 'No.')) }),
    ],
    ['that there is no trace', ended({ kind: 'absent', unit, mayRepeat: true })],
    ['that it has yet to decide', ended({ kind: 'accepted', unit, error: engineError('PENDING', 'Wait.') })],
  ])('with %s is a sign of life', (_, work) => {
    expect(signOf(work)).toBe('alive');
  });

  it.each<[string, Work]>([
    ['a 503', failed(new RetryableError('UNAVAILABLE', '503'))],
    ['a lost answer', unknown(new OutcomeUnknownError('LOST', 'No answer.'))],
    ['a timeout', ended({ kind: 'unknown', unit, error: engineError('SAGA.ATTEMPT_TIMEOUT', 'Too long.') })],
    ['silence', ended({ kind: 'unknown', unit, error: engineError('SAGA.HEARTBEAT_MISSED', 'Silence.') })],
    ['a refused connection', failed(socket('ECONNREFUSED'))],
    ['a timeout of the HTTP client', failed(socket('UND_ERR_HEADERS_TIMEOUT'))],
    [
      'a 503 when it was asked',
      ended({ kind: 'resolve-failed', unit, error: storeError(new RetryableError('U', '')) }),
    ],
  ])('with %s is a sign of an outage', (_, work) => {
    expect(signOf(work)).toMatchObject({ outage: {} });
  });

  it.each<[string, Work]>([
    ['a mistake of our own', failed(new TypeError('undefined is not a function'))],
    ['an error with a code of its own', failed(socket('EKEYREUSED'))],
    ['our stopping', ended({ kind: 'unknown', unit, error: engineError('SAGA.DRAINING', 'Stopping.') })],
  ])('with %s says nothing', (_, work) => {
    expect(signOf(work)).toBeNull();
  });
});
