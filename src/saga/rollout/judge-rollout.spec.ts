import { faultsOfRollout, usesOf } from './judge-rollout.js';
import { untouchedRollout, type Guard, type Rollout } from './rollout.js';

const known = new Set([1, 2, 3]);
const guard: Guard = {
  candidate: 2,
  control: 1,
  minimumSample: 20,
  maxExcess: { failure: 0.05 },
  slowAfterMs: null,
  alpha: 0.05,
  since: '2026-07-15T09:30:00.000Z',
};
const rollout = (more: Partial<Rollout>): Rollout => ({
  ...untouchedRollout('toy', 1),
  shares: { 1: 90, 2: 10 },
  states: { 2: 'deprecated', 3: 'closed' },
  ...more,
});
const faults = (more: Partial<Rollout>) =>
  faultsOfRollout(rollout(more), known).map(({ pointer, code }) => `${pointer} ${code}`);

describe('A rollout', () => {
  it('may give sagas to active and deprecated versions, and nothing to a closed one', () => {
    expect(faults({ guard })).toEqual([]);
    expect(faults({ shares: { 1: 100, 3: 0 } })).toEqual([]);
  });

  it('is told all that cannot be, and where', () => {
    const rules = [
      { when: { flag: 'a' }, version: 1 },
      { when: { flag: 'b' }, version: 3 },
      { when: { flag: 'c' }, version: 7 },
    ];
    expect(faults({ shares: { 1: 40, 3: 40, 9: 20 }, rules, guard: { ...guard, candidate: 9 } })).toEqual([
      '/shares/3 SAGA.VERSION_CLOSED',
      '/shares/9 SAGA.VERSION_UNKNOWN',
      '/rules/1/version SAGA.VERSION_CLOSED',
      '/rules/2/version SAGA.VERSION_UNKNOWN',
      '/guard/candidate SAGA.VERSION_UNKNOWN',
    ]);
  });

  it('has a guard only where two versions get a share', () => {
    expect(faults({ shares: { 1: 100 }, guard })).toEqual(['/guard/candidate SAGA.GUARD_COMPARES_NOTHING']);
    expect(faults({ guard: { ...guard, control: 2 } })).toEqual([
      '/guard/control SAGA.GUARD_COMPARES_NOTHING',
    ]);
  });

  it('uses a version by a share, by a rule and by a guard', () => {
    const rules = [{ when: { flag: 'a' }, version: 3 }];
    expect(usesOf(rollout({ guard, rules }), 2)).toEqual(['it has a share of 10 %', 'a guard watches it']);
    expect(usesOf(rollout({ rules }), 3)).toEqual(['a rule names it']);
    expect(usesOf(rollout({ shares: { 1: 100, 2: 0 } }), 2)).toEqual([]);
  });
});
