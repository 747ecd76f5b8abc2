import {
  breaks,
  cannotSay,
  findsNoTrace,
  hangs,
  isUnavailable,
  losesItsAnswer,
  mayHaveForgotten,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';
import { resolveBudget } from './failures.js';

const rehearse = (steps: readonly ToyStep[], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };
const last: ToyStep = { name: 'last' };
const undoneSteps = (saga: Rehearsal) => saga.compensations.map(({ step }) => step);
const action = (name: string) => ({ role: 'action' as const, name });

describe('the declared reaction to a failure', () => {
  it('stops retrying at once for a code that parks, and for no other code', () => {
    const step = { ...local, retry: { reactions: { CREDIT_CARD_PROCESSING: 'park' as const } } };
    const exact = rehearse([step]).when('local', isUnavailable('CREDIT_CARD_PROCESSING')).finish();
    const similar = rehearse([step]).when('local', isUnavailable('CREDIT_CARD_PROCESSING_2')).finish();

    expect(exact.timesOf('local')).toEqual([0]);
    expect(exact.row.status).toBe('parked');
    expect(similar.row.status).toBe('completed');
  });

  it('stops retrying a compensation at once for a code that parks, and for no other code', () => {
    const step: ToyStep = { ...local, undoRetry: { reactions: { LEDGER_CLOSED: 'park' } } };
    const undone = (code: string) =>
      rehearse([step, last]).when('last', rejects('NO')).when('undo local', isUnavailable(code)).finish();

    expect(undone('LEDGER_CLOSED').timesOf('undo local')).toEqual([0]);
    expect(undone('LEDGER_CLOSED').row.status).toBe('parked');
    expect(undone('LEDGER_CLOSED_2').row.status).toBe('compensated');
  });

  it('turns back for a code that compensates, and when the attempts are used up if so declared', () => {
    const byCode = { ...last, retry: { reactions: { GONE: 'compensate' as const } } };
    const byBudget = { ...last, retry: { maxAttempts: 2, whenExhausted: 'compensate' as const } };

    const saga = rehearse([local, byCode]).when('last', isUnavailable('GONE')).run();
    expect(undoneSteps(saga)).toEqual(['local']);
    expect(saga.state.cause).toMatchObject({ type: 'failed', step: 'last', code: 'GONE' });

    const exhausted = rehearse([local, byBudget]).whenever('last', isUnavailable()).finish();
    expect(exhausted.timesOf('last')).toEqual([0, 1_000]);
    expect(exhausted.row.status).toBe('compensated');
  });

  it('does not turn back before a call that may have gone out is known', () => {
    const step = { ...external, retry: { maxAttempts: 1, whenExhausted: 'compensate' as const } };
    const done = rehearse([step]).when('external', breaks('boom', true)).when('ask external', succeeds());
    const absent = rehearse([step]).when('external', breaks('boom', true));

    expect(done.run().row.status).toBe('completed');
    expect(absent.run().row.status).toBe('compensated');
    expect(undoneSteps(absent)).toEqual(['external']);
  });

  it('gives way to a cancel that came meanwhile', () => {
    const parks = { ...external, retry: { maxAttempts: 1 } };
    const saga = rehearse([parks]).when('external', hangs()).run().cancel().answer(isUnavailable());

    expect(saga.state.cause?.type).toBe('cancelled');
    expect(saga.journal.map(({ kind }) => kind)).not.toContain('parked');
  });

  it('is never one of an inherited name such as "constructor"', () => {
    expect(rehearse([local]).when('local', isUnavailable('constructor')).finish().row.status).toBe(
      'completed',
    );
  });

  it('honours the Retry-After of the other side', () => {
    const saga = rehearse([external]).when('external', isUnavailable('BUSY', 90_000)).finish();
    expect(saga.timesOf('external')).toEqual([0, 90_000]);
  });
});

describe('an unknown outcome', () => {
  it('is asked for ten times and more, ever more slowly, then parked; a retry asks again', () => {
    const saga = rehearse([external])
      .when('external', losesItsAnswer())
      .whenever('ask external', cannotSay())
      .finish();

    expect(saga.timesOf('ask external')).toHaveLength(resolveBudget);
    expect(saga.row).toMatchObject({ status: 'parked', openEffects: 1 });
    expect(saga.timesOf('external')).toHaveLength(1);

    saga.whenever('ask external', succeeds()).retry();
    expect(saga.row.status).toBe('completed');
  });

  it('is not asked for without end when its answer cannot be stored', () => {
    const saga = rehearse([external])
      .whenever('external', losesItsAnswer())
      .whenever('ask external', losesItsAnswer());

    expect(saga.finish().row.status).toBe('parked');
    expect(saga.timesOf('ask external')).toHaveLength(resolveBudget);
  });

  it('stays unknown when asking breaks', () => {
    const saga = rehearse([external]).when('external', losesItsAnswer()).when('ask external', hangs()).run();
    saga.stimulate({
      kind: 'attempt-failed',
      unit: action('external'),
      error: { name: 'Error', code: null, message: 'boom', stack: null, chain: [] },
      sent: false,
      retryAfterMs: null,
    });

    expect(saga.state.steps[0]?.action?.status).toBe('unknown');
  });

  it('is parked when the other side may have forgotten its key', () => {
    const saga = rehearse([external])
      .when('external', losesItsAnswer())
      .when('ask external', mayHaveForgotten());

    expect(saga.finish().row).toMatchObject({
      status: 'parked',
      attention: { errorCode: 'SAGA.KEY_EXPIRED' },
    });
    expect(saga.timesOf('external')).toHaveLength(1);
  });

  it('keeps the undo registered when a later attempt is rejected', () => {
    const saga = rehearse([external])
      .when('external', losesItsAnswer(), rejects('TOY.NO'))
      .when('ask external', findsNoTrace(), findsNoTrace())
      .finish();

    expect(saga.state.cause?.code).toBe('TOY.NO');
    expect(undoneSteps(saga)).toEqual(['external']);
  });

  it('counts asking as no attempt: an answer that was asked for belongs to the one that lost it', () => {
    const lost = () => rehearse([external]).when('external', losesItsAnswer());
    const found = lost().when('ask external', cannotSay(), succeeds()).finish();
    const refused = lost().when('ask external', rejects('TOY.NO')).finish();
    const repeated = lost().when('ask external', findsNoTrace()).finish();

    const attempts = [found, refused, repeated].map((saga) => saga.state.steps[0]?.action?.attempts);
    expect(attempts).toEqual([1, 1, 2]);
  });

  it('leaves nothing to undo when the only attempt was rejected', () => {
    const saga = rehearse([local, external]).when('external', rejects('TOY.NO')).run();
    expect(undoneSteps(saga)).toEqual(['local']);
  });
});
