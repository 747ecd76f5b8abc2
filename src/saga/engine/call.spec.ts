import type { Attempt } from '../../platform/messaging/command-handlers.js';
import { RetryableError } from '../../platform/messaging/external-errors.js';
import {
  Rehearsal,
  findsNoTrace,
  hangs,
  losesItsAnswer,
  toyDefinition,
  type ToyStep,
} from '../testing/index.js';
import type { AttemptLimits } from './attempt-limits.js';
import { Call, drainingReason } from './call.js';
import type { DatabaseClock } from './database-clock.js';
import type { Heartbeats } from './heartbeats.js';
import type { IntentMapping } from './intent-mapping.js';
import type { OwnedSaga, Work } from './owned-saga.js';
import type { StepExecutor } from './step-executor.js';

const unit = { role: 'action', name: 'pay' } as const;
const pay: ToyStep = { name: 'pay', kind: 'external' };
const limits: AttemptLimits = {
  attemptTimeoutMs: 60_000,
  heartbeatTimeoutMs: null,
  keyProtectionMs: 86_400_000,
};

interface Handler {
  call(command: unknown, attempt: Attempt): Promise<unknown>;
  resolve(command: unknown, attempt: Attempt): Promise<unknown>;
}

/** Nothing but this call: the rest of the engine stands still. */
function make(handler: Partial<Handler>, saga = rehearsed()) {
  const reported: unknown[] = [];
  const call = new Call(
    { external: () => handler } as unknown as StepExecutor,
    { intentOf: () => ({ reference: 'r' }), commandFor: () => ({}) } as unknown as IntentMapping,
    {
      last: () => 'half way',
      report: (...args: unknown[]) => reported.push(args.at(-1)),
    } as unknown as Heartbeats,
    { now: () => Date.parse(saga.now) } as unknown as DatabaseClock,
  );
  const owned = { id: 's', definition: saga.definition, state: saga.state, prepared: new Map() };
  const attempt = (with_: Partial<AttemptLimits> = {}, ending = new AbortController().signal, ask = false) =>
    call.attempt(owned as unknown as OwnedSaga, unit, ask, { ...limits, ...with_ }, ending);
  return { attempt, reported };
}

const rehearsed = () => new Rehearsal(toyDefinition([pay]), {}).when('pay', hangs()).run();
const told = (work: Work) =>
  work.kind === 'stimulate' && 'error' in work.stimulus
    ? [work.stimulus.kind, work.stimulus.error?.code]
    : work.kind;

/** A call that only ends when it is told to, and keeps the reason. */
function endless() {
  const seen: { attempt: Attempt | null } = { attempt: null };
  const call = (_: unknown, attempt: Attempt) => {
    seen.attempt = attempt;
    return new Promise<never>(() => undefined);
  };
  return { seen, call };
}

describe('an attempt of a call', () => {
  it('is aborted at its timeout, and its outcome is unknown then', async () => {
    const { seen, call } = endless();
    const work = await make({ call }).attempt({ attemptTimeoutMs: 5 });

    expect(told(work)).toEqual(['unknown', 'SAGA.ATTEMPT_TIMEOUT']);
    expect(seen.attempt?.signal.aborted).toBe(true);
    expect(seen.attempt?.signal.reason).toMatchObject({ code: 'SAGA.ATTEMPT_TIMEOUT' });
  });

  it('is aborted when it shows no sign of life', async () => {
    const { seen, call } = endless();
    const work = await make({ call }).attempt({ heartbeatTimeoutMs: 5 });

    expect(told(work)).toEqual(['unknown', 'SAGA.HEARTBEAT_MISSED']);
    expect(seen.attempt?.signal.reason).toMatchObject({ code: 'SAGA.HEARTBEAT_MISSED' });
  });

  it('is aborted when the worker stops', async () => {
    const { seen, call } = endless();
    const ending = new AbortController();
    const work = make({ call }).attempt({}, ending.signal);
    ending.abort(drainingReason());

    expect(told(await work)).toEqual(['unknown', 'SAGA.DRAINING']);
    expect(seen.attempt?.signal.aborted).toBe(true);
  });

  it('is told its number and what the one before it has reported, and reports by itself', async () => {
    const saga = new Rehearsal(toyDefinition([pay]), {})
      .when('pay', losesItsAnswer())
      .when('ask pay', hangs());
    const seen: Attempt[] = [];
    const handler = {
      resolve: (_: unknown, attempt: Attempt) => {
        seen.push(attempt);
        attempt.heartbeat({ percent: 50 });
        return Promise.resolve('found');
      },
    };
    const { attempt, reported } = make(handler, saga.run());

    expect(told(await attempt({}, undefined, true))).toBe('record');
    expect(seen[0]).toMatchObject({ number: 2, lastProgress: 'half way' });
    expect(reported).toEqual([{ percent: 50 }]);
  });

  it('sends nothing any more when it was given up while it asked', async () => {
    const saga = new Rehearsal(toyDefinition([pay]), {}).when('pay', losesItsAnswer(), hangs());
    saga.when('ask pay', findsNoTrace(), findsNoTrace()).finish();
    const called: unknown[] = [];
    let answer: (found: null) => void = () => undefined;
    const found = new Promise<null>((resolve) => (answer = resolve));
    const handler = {
      resolve: () => found,
      call: (command: unknown) => Promise.resolve(called.push(command)),
    };
    const work = await make(handler, saga).attempt({ attemptTimeoutMs: 5 });
    answer(null);
    await new Promise((done) => setImmediate(done));

    expect(told(work)).toEqual(['resolve-failed', 'SAGA.ATTEMPT_TIMEOUT']);
    expect(called).toEqual([]);
  });

  it('hands the other side’s Retry-After on', async () => {
    const call = () => Promise.reject(new RetryableError('BUSY', 'Later.', 90_000));
    expect(await make({ call }).attempt()).toMatchObject({
      stimulus: { kind: 'attempt-failed', sent: false, retryAfterMs: 90_000, error: { code: 'BUSY' } },
    });
  });
});
