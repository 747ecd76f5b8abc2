import {
  cannotSay,
  isUnavailable,
  losesItsAnswer,
  rejects,
  Rehearsal,
  succeeds,
  toyDefinition,
  type ToyStep,
} from '../testing/index.js';
import { engineError } from './errors.js';
import { next } from './next.js';
import { unitOf, type UnitRef } from './state.js';

const rehearse = (...steps: ToyStep[]) =>
  new Rehearsal(toyDefinition(steps), { order: 1 }).otherwiseSucceeding();
const local: ToyStep = { name: 'local' };
const external: ToyStep = { name: 'external', kind: 'external' };
const action = (name: string): UnitRef => ({ role: 'action', name });
const undo = (name: string): UnitRef => ({ role: 'compensation', name });
const down = { ...engineError('CARRIER.DOWN', 'The carrier is down.'), stack: 'at …' };
const minute = 60_000;

const hold = (saga: Rehearsal, unit: UnitRef, made = false) =>
  saga.stimulate({ kind: 'held', unit, dependency: 'carrier', error: down, made });

describe('A unit that is held', () => {
  /** Its first attempt failed; before the second one whom it calls is known to be out of order. */
  const failedOnce = () => rehearse(external).when('external', isUnavailable('CARRIER.DOWN')).run();

  it('uses up no attempt, however often, and goes on with those that were left', () => {
    const saga = failedOnce();
    for (let times = 0; times < 20; times++) hold(saga, action('external'), times % 2 === 0);
    expect(unitOf(saga.state, action('external'))).toMatchObject({
      status: 'intended',
      failures: 1,
      attempts: 11,
      parked: false,
    });

    saga.whenever('external', isUnavailable('CARRIER.DOWN')).stimulate({ kind: 'released' }).finish();
    // One before and four after: the budget is five.
    expect(saga.timesOf('external')).toHaveLength(5);
    expect(saga.row.status).toBe('parked');
  });

  it('uses up none of the times that it is asked for, and stays unknown', () => {
    const saga = rehearse(external)
      .when('external', losesItsAnswer())
      .when('ask external', cannotSay())
      .run();
    hold(saga, action('external'));
    expect(unitOf(saga.state, action('external'))).toMatchObject({ status: 'unknown', resolves: 1 });

    saga.when('ask external', succeeds()).stimulate({ kind: 'released' });
    expect(saga.row.status).toBe('completed');
  });

  it('rests, is found as held, and shows the failure that opened the breaker', () => {
    const saga = hold(failedOnce(), action('external'));
    expect(saga.row).toMatchObject({
      status: 'running',
      runnable: false,
      heldFor: 'carrier',
      attention: { step: 'external', errorCode: 'CARRIER.DOWN' },
    });
    expect(next(saga.definition, saga.state, saga.now).do).toBe('rest');
    expect(saga.journal.at(-1)).toMatchObject({ kind: 'held', error: { code: 'CARRIER.DOWN', stack: null } });
  });

  it('looks by itself ever more rarely, so that a long outage leaves a short journal', () => {
    const saga = rehearse(external);
    const looks: number[] = [];
    const days = 2;
    for (let at = 0; at < days * 24 * 60;) {
      hold(saga, action('external'));
      const rest = (Date.parse(saga.row.wakeAt!) - Date.parse(saga.now)) / minute;
      looks.push(rest);
      at += rest;
    }
    expect(looks.slice(0, 6)).toEqual([15, 30, 60, 120, 240, 240]);
    expect(looks.length).toBeLessThan(20);
  });

  it('is tried at once when it is released, and is held no longer', () => {
    const saga = hold(failedOnce(), action('external')).stimulate({ kind: 'released' });
    expect(saga.row).toMatchObject({ status: 'completed', heldFor: null });
    expect(unitOf(saga.state, action('external'))?.held).toBeNull();
  });

  it('is tried at once when an operator retries it', () => {
    expect(hold(failedOnce(), action('external')).retry().row.status).toBe('completed');
  });

  it('gives way to a cancel: nothing was done', () => {
    const saga = hold(failedOnce(), action('external')).cancel();
    expect(saga.row.status).toBe('compensated');
  });

  it('is not cancelled before it is known what became of it', () => {
    const saga = rehearse(local, external)
      .when('external', losesItsAnswer())
      .when('ask external', cannotSay());
    hold(saga.run(), action('external')).cancel();
    expect(saga.state.cause).toBeNull();
    saga.stimulate({ kind: 'released' });
    expect(saga.row.status).toBe('compensated');
  });

  it('is not released by being paused and resumed', () => {
    const saga = hold(failedOnce(), action('external'));
    const person = { by: 'somebody', reason: 'to look' };
    expect(saga.stimulate({ kind: 'pause', ...person }).row).toMatchObject({
      status: 'paused',
      heldFor: null,
    });
    expect(saga.stimulate({ kind: 'resume', ...person }).row).toMatchObject({ heldFor: 'carrier' });
    expect(saga.timesOf('external')).toHaveLength(1);
  });

  it('does what its definition says about the very code that its own attempt failed with', () => {
    const saga = rehearse(local, { ...external, retry: { reactions: { 'CARRIER.DOWN': 'compensate' } } })
      .when('external', isUnavailable('BUSY'))
      .run();
    hold(saga, action('external'), true);
    expect(saga.state.cause).toMatchObject({ type: 'failed', code: 'CARRIER.DOWN' });
  });

  it('is left alone when it is late: parked, or done', () => {
    const done = rehearse(external).run();
    const parked = rehearse({ ...external, retry: { maxAttempts: 1 } })
      .when('external', isUnavailable())
      .run();
    for (const saga of [done, parked]) {
      const { length } = saga.journal;
      expect(hold(saga, action('external')).journal).toHaveLength(length);
    }
  });
});

describe('An undo that is held', () => {
  it('lets those go on that need not come after it, and is not given up', () => {
    const steps: ToyStep[] = [
      { name: 'reserve', after: ['commit'] },
      { name: 'charge', kind: 'external' },
      { name: 'commit' },
      { name: 'last' },
    ];
    const saga = rehearse(...steps)
      .when('last', rejects('TOY.NO'))
      .when('undo charge', isUnavailable('CARRIER.DOWN'))
      .run();
    hold(saga, undo('charge'));

    expect(saga.compensations.map(({ step }) => step)).toEqual(['commit', 'reserve']);
    expect(saga.row).toMatchObject({ status: 'compensating', openEffects: 1, heldFor: 'carrier' });

    saga.stimulate({ kind: 'released' });
    expect(saga.compensations.map(({ step }) => step)).toEqual(['commit', 'reserve', 'charge']);
    expect(saga.row.status).toBe('compensated');
  });
});
