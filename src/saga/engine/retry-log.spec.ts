import {
  findsNoTrace,
  cannotSay,
  hangs,
  isUnavailable,
  killsTheWorker,
  losesItsAnswer,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyStep,
} from '../testing/index.js';
import { fold } from './evolve.js';
import { retryLines } from './retry-log.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(start + ms).toISOString();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };

const rehearse = (...steps: ToyStep[]) =>
  new Rehearsal(toyDefinition(steps), { order: 1 }, { startAt: at(0) }).otherwiseSucceeding();

/** The lines of a whole run, as if it had been one commit. */
function linesOf({ journal, state }: Rehearsal) {
  return retryLines({ before: fold(journal.slice(0, 1)), entries: journal.slice(1), state });
}
const short = (saga: Rehearsal) =>
  linesOf(saga).map(({ fields: { role, step, attempt, errorCode, nextAttemptAt } }) => [
    `${role} ${step} ${attempt}`,
    errorCode,
    nextAttemptAt && Date.parse(nextAttemptAt) - start,
  ]);

describe('the log of retries', () => {
  it('has a line for each retry that is scheduled, with these fields', () => {
    const [line, ...others] = linesOf(rehearse(local).when('local', isUnavailable('BUSY')).finish());
    expect(line).toEqual({
      fields: {
        sagaId: '00000000-0000-7000-8000-000000000001',
        definition: 'toy',
        version: 1,
        correlationId: 'rehearsal',
        step: 'local',
        role: 'action',
        attempt: 1,
        errorCode: 'BUSY',
        nextAttemptAt: at(1_000),
      },
      text: 'An attempt failed; a retry is scheduled.',
    });
    expect(others).toEqual([]);
  });

  it('counts the attempts, and ends with one that says that a person has to go on', () => {
    const saga = rehearse({ ...local, retry: { maxAttempts: 3 } }).whenever('local', isUnavailable('BUSY'));
    expect(short(saga.finish())).toEqual([
      ['action local 1', 'BUSY', 1_000],
      ['action local 2', 'BUSY', 3_000],
      ['action local 3', 'BUSY', null],
    ]);
  });

  it('tells of compensations as well', () => {
    const saga = rehearse(local, external)
      .when('external', rejects('NO'))
      .when('undo local', isUnavailable('BUSY'));
    expect(short(saga.finish())).toEqual([['compensation local 1', 'BUSY', 1_000]]);
  });

  it('tells when the other side is asked, and when the call is repeated', () => {
    const saga = rehearse(external)
      .when('external', losesItsAnswer(), succeeds())
      .when('ask external', cannotSay(), findsNoTrace(), findsNoTrace())
      .finish();
    expect(short(saga)).toEqual([
      ['action external 1', 'TIMEOUT', 0],
      ['action external 1', 'TIMEOUT', 1_000],
      ['action external 1', 'TIMEOUT', 2_000],
    ]);
  });

  it('tells when an attempt failed because of whom it calls, and until when it rests at most', () => {
    const busy = { name: 'Error', code: 'BUSY', message: 'Busy.', stack: null, chain: [] };
    const hold = (made: boolean) =>
      ({
        kind: 'held',
        unit: { role: 'action', name: 'external' },
        dependency: 'outside',
        error: busy,
        made,
      }) as const;
    const saga = rehearse(external).when('external', hangs()).run().stimulate(hold(true));
    const [line, ...others] = linesOf(saga.stimulate(hold(false)));
    expect(line?.fields).toMatchObject({ step: 'external', attempt: 1, errorCode: 'BUSY' });
    expect(Date.parse(line!.fields.nextAttemptAt!)).toBeGreaterThan(start);
    expect(others).toEqual([]);
  });

  it('tells when what took its worker with it is tried again', () => {
    const saga = rehearse(local).when('local', killsTheWorker(), killsTheWorker());
    expect(short(saga.finish())).toEqual([['action local 0', 'SAGA.LEASE_LOST', 1_000]]);
  });

  it('has none for a failure after which nothing is retried', () => {
    const step: ToyStep = { ...local, retry: { reactions: { GONE: 'compensate' } } };
    expect(linesOf(rehearse(step).when('local', isUnavailable('GONE')).finish())).toEqual([]);
  });

  it('has a code for an error without one', () => {
    const broken = { does: 'fail', code: null, message: 'boom', sent: false, retryAfterMs: null } as const;
    expect(short(rehearse(local).when('local', broken).finish())).toEqual([
      ['action local 1', 'SAGA.UNCLASSIFIED', 1_000],
    ]);
  });
});
