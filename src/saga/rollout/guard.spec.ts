import { evidenceOf, judge, threshold, type Counts } from './guard.js';
import { takenBack } from './take-back.js';
import { untouchedRollout, type Guard, type Rollout } from './rollout.js';

const guard: Guard = {
  candidate: 2,
  control: 1,
  minimumSample: 20,
  maxExcess: { failure: 0.05, compensation: 0.05 },
  slowAfterMs: null,
  alpha: 0.05,
  since: '2026-07-15T09:30:00.000Z',
};
const observed = (started: number, failure: number, compensation = 0) => ({
  ...{ started, failure, compensation },
  slow: started,
});
const counts = (candidate: Counts['candidate'], control = observed(200, 2)): Counts => ({
  candidate,
  control,
});

describe('A guard', () => {
  it('names the limit that is broken, of several the plainest', () => {
    expect(judge(guard, counts(observed(20, 12)))).toMatchObject({ metric: 'failure' });
    expect(judge(guard, counts(observed(20, 8, 16)))).toMatchObject({ metric: 'compensation' });
  });

  it('concludes nothing before both have their sample, and nothing about what it does not watch', () => {
    expect(judge(guard, counts(observed(19, 19)))).toBeNull();
    expect(judge(guard, counts(observed(20, 20), observed(19, 0)))).toBeNull();
    // All of them are slow, and nobody asked.
    expect(judge(guard, counts(observed(500, 6)))).toBeNull();
  });

  it('wants the more evidence the more limits it watches', () => {
    expect([threshold(guard), threshold({ ...guard, maxExcess: { slow: 0 } })]).toEqual([40, 20]);
  });

  it('tells evidence that can be stored, however plain it is', () => {
    const [failure] = evidenceOf(guard, counts(observed(5_000, 5_000), observed(5_000, 0)));
    expect(JSON.parse(JSON.stringify(failure))).toEqual({ metric: 'failure', evidence: 1e15 });
  });
});

describe('A breach', () => {
  const rollout: Rollout = {
    ...untouchedRollout('toy', 1),
    revision: 3,
    shares: { 1: 60, 2: 10, 3: 30 },
    rules: [{ when: { flag: 'x' }, version: 2 }],
    guard,
  };

  it("gives the candidate's share to the control, ends the guard, and leaves the rules", () => {
    const seen = counts(observed(20, 12));
    const after = takenBack(rollout, { ...judge(guard, seen)!, counts: seen }, '2026-07-15T10:00:00.000Z');
    expect(after).toMatchObject({ shares: { 1: 70, 2: 0, 3: 30 }, guard: null, rules: rollout.rules });
    expect(after.breach).toMatchObject({
      at: '2026-07-15T10:00:00.000Z',
      metric: 'failure',
      counts: seen,
      guard,
      share: 10,
    });
  });
});
