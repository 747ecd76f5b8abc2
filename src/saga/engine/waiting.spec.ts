import { goesOn, parks } from '../definition/index.js';
import { Rehearsal, toyDefinition, toyMessage, type ToyOptions, type ToyStep } from '../testing/index.js';

const minute = 60_000;
const first: ToyStep = { name: 'first' };
const wait: ToyStep = { name: 'wait', kind: 'wait' };
const after: ToyStep = { name: 'after', phase: 'retriable' };
const came = toyMessage('came-wait');
const declined = toyMessage('declined-wait');

const rehearse = (steps: readonly ToyStep[], options: ToyOptions = {}, input: unknown = {}) =>
  new Rehearsal(toyDefinition(steps, options), input).otherwiseSucceeding().run();

const seeing = (step: string, seen: unknown[]): ToyStep => ({
  name: 'after',
  phase: 'retriable',
  map: ({ results }) => {
    seen.push((results as Record<string, unknown>)[step]);
    return {};
  },
});

/** As if no worker had been up since: the event is the first to look at the saga. */
const told = (saga: Rehearsal, msFromNow: number) => {
  const now = Date.parse(saga.now) + msFromNow;
  const at = new Date(now).toISOString();
  return { kind: 'event', id: 'late', event: came.wireName, data: {}, at } as const;
};

describe('a wait', () => {
  it('tells later steps by which of its ends it ended, with the data of the event', () => {
    const seen: unknown[] = [];
    const saga = rehearse([{ ...wait, phase: 'retriable' }, seeing('wait', seen)]);
    saga.event(came, { by: 'ann' });

    expect(saga.row.status).toBe('completed');
    expect(seen).toEqual([{ case: 'came', data: { by: 'ann' } }]);
  });

  it('goes on when its time is up, if that is what its definition says', () => {
    const seen: unknown[] = [];
    const saga = rehearse([{ ...wait, overdue: goesOn() }, seeing('wait', seen)]);
    expect(saga.advance(minute - 1).row.status).toBe('waiting');

    expect(saga.advance(1).row.status).toBe('completed');
    expect(seen).toEqual([{ case: 'overdue', data: null }]);
  });

  it('after the pivot holds nothing but a row, and is not too late for what comes then', () => {
    const saga = rehearse([
      { name: 'pivot', phase: 'pivot' },
      { ...wait, phase: 'retriable' },
    ]);
    expect(saga.row).toMatchObject({
      status: 'waiting',
      runnable: false,
      wakeAt: '2026-01-01T00:01:00.000Z',
    });
    expect(() => saga.cancel()).toThrow('point of no return');
    expect(saga.event(came, {}).row.status).toBe('completed');
  });

  it('that is overdue may be parked for a person, and sleeps until one comes', () => {
    const saga = rehearse([first, { ...wait, overdue: parks('TOY.NOBODY', 'Nobody came.') }]);
    saga.finish();

    const attention = { step: 'wait', errorCode: 'TOY.NOBODY' };
    expect(saga.row).toMatchObject({ status: 'parked', runnable: false, wakeAt: null, attention });
  });

  it('that is parked has its time once more when a person retries it', () => {
    const saga = rehearse([first, { ...wait, overdue: parks('TOY.NOBODY', 'Nobody came.') }]);
    saga.advance(2 * minute).retry();
    expect(saga.row).toMatchObject({
      status: 'waiting',
      wakeAt: '2026-01-01T00:03:00.000Z',
      attention: null,
    });
    expect(() => saga.retry()).toThrow('Nothing of this saga is parked');

    saga.finish();
    expect(saga.row.status).toBe('parked');
  });

  it('that is parked still ends by its event, and the saga goes on', () => {
    const saga = rehearse([first, { ...wait, overdue: parks('TOY.NOBODY', 'Nobody came.') }]).finish();

    expect(saga.event(came, {}).row.status).toBe('completed');
  });

  it('that is parked can be cancelled', () => {
    const saga = rehearse([first, { ...wait, overdue: parks('TOY.NOBODY', 'Nobody came.') }]).finish();

    expect(saga.cancel().row.status).toBe('compensated');
  });

  it('that is the pivot passes it also when it goes on because its time is up', () => {
    const saga = rehearse([{ ...wait, phase: 'pivot', overdue: goesOn() }]).advance(minute);

    expect(saga.state).toMatchObject({ pivotPassed: true, end: 'completed' });
  });

  it('lasts until the time that its mapping makes, reckoned once', () => {
    const until = ({ input }: { input: unknown }) => (input as { by: string }).by;
    const saga = rehearse([{ ...wait, until, overdue: goesOn() }], {}, { by: '2026-03-01T00:00:00Z' });
    expect(saga.row.wakeAt).toBe('2026-03-01T00:00:00.000Z');

    expect(saga.finish().row.status).toBe('completed');
    expect(saga.now).toBe('2026-03-01T00:00:00.000Z');
  });

  it('is parked as a mapping that failed when that is no time', () => {
    const saga = rehearse([{ ...wait, until: () => 'some day' }]);

    expect(saga.row).toMatchObject({ status: 'parked', attention: { errorCode: 'SAGA.MAPPING_FAILED' } });
    expect(saga.state.fault?.message).toContain('"wait" is to wait until some day, which is no time');
  });
});

describe('between an event and a deadline', () => {
  it('time decides, not who looks first: what came after the deadline comes too late', () => {
    const saga = rehearse([first, wait]);
    saga.stimulate(told(saga, minute));

    expect(saga.row.status).toBe('compensated');
    expect(saga.state.cause).toMatchObject({ step: 'wait', code: 'TOY.TOO_LATE' });
  });

  it('what was taken in before the deadline is in time, however late it is looked at', () => {
    const saga = rehearse([first, wait, after]);
    const inTime = told(saga, minute - 1);
    saga.stimulate({ kind: 'pause', by: 'operator', reason: 'nobody looks' }).advance(2 * minute);
    saga.stimulate(inTime).stimulate({ kind: 'resume', by: 'operator', reason: 'look' });

    expect(saga.row.status).toBe('completed');
  });

  it('time does not act on a paused saga, but events do', () => {
    const saga = rehearse([first, wait, after]);
    saga.stimulate({ kind: 'pause', by: 'operator', reason: 'look' }).advance(2 * minute);
    saga.event(came, {});

    expect(saga.row.status).toBe('paused');
    expect(saga.stimulate({ kind: 'resume', by: 'operator', reason: 'looked' }).row.status).toBe('completed');
  });

  it('the earlier of two deadlines that passed unseen is the one that acts', () => {
    const unseen = (deadlineMs: number) => {
      const saga = rehearse([first, wait], { deadlineMs });
      return saga.stimulate(told(saga, 10 * minute)).state.cause?.code;
    };
    expect(unseen(2 * minute)).toBe('TOY.TOO_LATE');
    expect(unseen(minute / 2)).toBe('SAGA.DEADLINE');
  });

  it('an event that goes on and one that turns back exclude each other', () => {
    const saga = rehearse([first, wait]).event(declined, { code: 'NO', message: 'No.' }).event(came, {});

    expect(saga.row.status).toBe('compensated');
    expect(saga.heard.map(({ as }) => as)).toEqual(['applied', 'ignored']);
  });
});

describe('a timer', () => {
  const timer: ToyStep = { name: 'timer', kind: 'timer', deadlineMs: 90 * 24 * 60 * minute };

  it('ends at its time, and later steps find that it did', () => {
    const seen: unknown[] = [];
    const saga = rehearse([timer, seeing('timer', seen)]);
    expect(saga.row).toMatchObject({ status: 'waiting', runnable: false });

    expect(saga.finish().row.status).toBe('completed');
    expect(saga.now).toBe('2026-04-01T00:00:00.000Z');
    expect(seen).toEqual([{ case: 'overdue', data: null }]);
  });

  it('is cut short by a cancel before the pivot', () => {
    expect(rehearse([first, timer]).cancel().row.status).toBe('compensated');
  });

  it('that is over when it begins holds up nothing', () => {
    const saga = rehearse([{ name: 'timer', kind: 'timer', until: () => '2020-01-01T00:00:00Z' }, first]);

    expect(saga.row.status).toBe('completed');
  });
});
