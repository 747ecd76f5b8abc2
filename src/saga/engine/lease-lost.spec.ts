import {
  hangs,
  isUnavailable,
  killsTheWorker,
  losesItsAnswer,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';
import { crashBudget } from './failures.js';

const rehearse = (steps: readonly ToyStep[], options: ToyOptions = {}) =>
  new Rehearsal(toyDefinition(steps, options), { order: 1 }).otherwiseSucceeding();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };
const last: ToyStep = { name: 'last' };

describe('a lost lease', () => {
  it('makes a call unknown, and lets a local unit begin anew', () => {
    const saga = rehearse([local, external])
      .when('local', killsTheWorker())
      .when('external', killsTheWorker())
      .when('ask external', succeeds())
      .run();

    expect(saga.told).toEqual(['local', 'local', 'external', 'ask external']);
    expect(saga.row.status).toBe('completed');
  });

  it('makes a call unknown also when the saga was paused meanwhile', () => {
    const saga = rehearse([external]).when('external', hangs()).run();
    saga.stimulate({ kind: 'pause', by: 'operator', reason: 'look' }).stimulate({ kind: 'lease-lost' });
    expect(saga.state.steps[0]?.action).toMatchObject({ status: 'unknown', sent: true });

    saga.when('ask external', succeeds()).stimulate({ kind: 'resume', by: 'operator', reason: 'looked' });
    expect(saga.told).toEqual(['external', 'ask external']);
  });

  it('makes a call unknown also when another unit is due by now', () => {
    const saga = rehearse([external, local, last])
      .when('last', rejects('TOY.NO'))
      .when('undo local', isUnavailable())
      .when('undo external', hangs())
      .run();
    saga.advance(5_000).stimulate({ kind: 'lease-lost' });

    expect(saga.told).toContain('ask undo external');
    expect(saga.finish().row.status).toBe('compensated');
  });

  it.each([
    ['a local step', [local], 'local'],
    ['a call', [external], 'external'],
    ['asking', [external], 'ask external'],
  ])('parks what takes its workers with it again and again: %s', (_, steps, label) => {
    const saga = rehearse(steps).whenever(label, killsTheWorker());
    if (label === 'ask external') saga.when('external', losesItsAnswer());
    saga.finish();

    expect(saga.row.status).toBe('parked');
    expect(saga.timesOf(label).length).toBeLessThanOrEqual(crashBudget);
    expect(saga.whenever(label, succeeds()).retry().finish().row.status).toBe('completed');
  });

  it.each([
    ['a local step', [local], ['local']],
    ['a call', [external], ['external', 'ask external']],
  ])('waits longer after each worker that was lost while it was tried: %s', (_, steps, labels) => {
    const saga = rehearse(steps);
    for (const label of labels) saga.whenever(label, hangs());
    saga.run();
    const waits: number[] = [];
    for (let crash = 0; crash < 5; crash++) {
      saga.stimulate({ kind: 'lease-lost' });
      const { wakeAt, runnable } = saga.row;
      const ms = wakeAt === null ? 0 : Date.parse(wakeAt) - Date.parse(saga.state.updatedAt);
      expect(runnable).toBe(ms === 0);
      waits.push(ms);
      saga.advance(ms);
    }
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000]);
  });

  it('begins no second compensation while one may be under way', () => {
    const saga = rehearse([local, { ...last, undoKind: 'external' }, { name: 'refused' }])
      .when('refused', rejects('TOY.NO'))
      .when('undo last', hangs())
      .when('ask undo last', hangs())
      .run();
    saga.stimulate({ kind: 'lease-lost' });

    expect(saga.state.steps.find(({ name }) => name === 'local')?.compensation).toBeNull();
    expect(saga.answer(succeeds()).row.status).toBe('compensated');
  });

  it('does not count ordinary failures among the crashes', () => {
    const saga = rehearse([local])
      .when('local', ...Array.from({ length: 4 }, () => isUnavailable()), killsTheWorker())
      .finish();
    expect(saga.row.status).toBe('completed');
  });

  it('changes nothing for a saga that waits, backs off or has ended', () => {
    const backingOff = rehearse([local]).when('local', isUnavailable()).run();
    const waiting = rehearse([{ name: 'wait', kind: 'wait' }]).run();
    const ended = rehearse([local]).run();

    for (const saga of [backingOff, waiting, ended]) {
      const { length } = saga.journal;
      expect(saga.stimulate({ kind: 'lease-lost' }).journal).toHaveLength(length);
    }
  });
});
