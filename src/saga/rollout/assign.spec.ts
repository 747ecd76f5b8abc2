import { assign, bucketOf } from './assign.js';
import { untouchedRollout, type Rollout } from './rollout.js';
import { nobody, type Subject } from './subject.js';

const keys = Array.from({ length: 20_000 }, (_, n) => `order-${n}`);
const all = new Set([1, 2, 3]);

const rolling = (shares: Record<string, number>, more: Partial<Rollout> = {}): Rollout => ({
  ...untouchedRollout('toy', 1),
  revision: 4,
  shares,
  ...more,
});
const versionOf = (rollout: Rollout, key: string, subject: Subject = nobody, known = all) =>
  assign(rollout, known, { key, subject });
const holdersOf = (rollout: Rollout, version: number) =>
  new Set(keys.filter((key) => versionOf(rollout, key)?.version === version));

describe('A share', () => {
  it('is sticky: the same key gets the same version', () => {
    const rollout = rolling({ 1: 50, 2: 50 });
    for (const key of keys.slice(0, 100)) expect(versionOf(rollout, key)).toEqual(versionOf(rollout, key));
    expect(versionOf(rollout, 'order-1')).toMatchObject({ by: 'share', lacking: null });
  });

  it.each([0, 1, 10, 50, 99, 100])('of %i percent is as large as it says', (share) => {
    const held = holdersOf(rolling({ 1: 100 - share, 2: share }), 2).size;
    // Four standard deviations.
    const slack = 4 * Math.sqrt(((keys.length * share) / 100) * (1 - share / 100));
    expect(Math.abs(held - (keys.length * share) / 100)).toBeLessThanOrEqual(slack);
  });

  it('that is ramped up only adds, and ramped down only takes away', () => {
    const steps = [0, 1, 5, 25, 50, 100].map((share) => holdersOf(rolling({ 1: 100 - share, 2: share }), 2));
    for (const [n, held] of steps.entries()) {
      for (const larger of steps.slice(n)) expect([...held].filter((key) => !larger.has(key))).toEqual([]);
    }
  });

  it('of the newest version is drawn alike whoever holds the rest', () => {
    expect(holdersOf(rolling({ 1: 90, 3: 10 }), 3)).toEqual(holdersOf(rolling({ 1: 20, 2: 70, 3: 10 }), 3));
  });

  it('is drawn anew for each definition', () => {
    const both = keys.filter((key) => bucketOf('toy', key) < 10 && bucketOf('other', key) < 10);
    expect(both.length / keys.length).toBeLessThan(0.02);
  });

  it('sticks to the customer when it is to, and to the key of a saga that is for nobody', () => {
    const rollout = rolling({ 1: 50, 2: 50 }, { stickyBy: 'customer' });
    const ann = { ...nobody, customer: 'ann' };
    const versions = (subject: Subject) =>
      new Set(keys.slice(0, 50).map((key) => versionOf(rollout, key, subject)?.version));
    expect(versions(ann).size).toBe(1);
    expect(versions(nobody).size).toBe(2);
  });
});

describe('A rule', () => {
  const rules = [
    { when: { customer: ['ann', 'bob'] }, version: 2 },
    { when: { header: { name: 'X-Tenant', values: ['blue'] } }, version: 3 },
    { when: { flag: 'new-flow' }, version: 2 },
  ];
  const rollout = rolling({ 1: 100 }, { rules });

  it.each<[string, Partial<Subject>, number, string]>([
    ['a customer', { customer: 'bob' }, 2, 'rule'],
    ['a header, whatever its case', { headers: { 'x-tenant': 'blue' } }, 3, 'rule'],
    ['one of a header that came twice', { headers: { 'x-tenant': ['red', 'blue'] } }, 3, 'rule'],
    ['a flag', { flags: ['other', 'new-flow'] }, 2, 'rule'],
    ['the first of several', { customer: 'ann', headers: { 'x-tenant': 'blue' } }, 2, 'rule'],
    [
      'nothing: the shares decide',
      { customer: 'cid', flags: ['new'], headers: { 'x-tenant': '' } },
      1,
      'share',
    ],
  ])('goes by %s', (_, subject, version, by) => {
    expect(versionOf(rollout, 'order-1', { ...nobody, ...subject })).toMatchObject({ version, by });
  });
});

describe('A version that the build lacks', () => {
  it('falls to the next holder of a share that it has', () => {
    const rollout = rolling({ 1: 30, 2: 30, 3: 40 });
    const known = new Set([1, 2]);
    const choicesOf = (version: number) =>
      new Set(
        [...holdersOf(rollout, version)].map((key) => JSON.stringify(versionOf(rollout, key, nobody, known))),
      );
    expect([...choicesOf(3)]).toEqual([JSON.stringify({ version: 2, by: 'fallback', lacking: 3 })]);
    expect([...choicesOf(1)]).toEqual([JSON.stringify({ version: 1, by: 'share', lacking: null })]);
  });

  it('falls to the newest that is not closed when no holder is known, and to none when there is none', () => {
    const states = { 2: 'closed' } as const;
    const rollout = rolling({ 9: 100 }, { states });
    expect(versionOf(rollout, 'k', nobody, new Set([1, 2]))).toEqual({
      version: 1,
      by: 'fallback',
      lacking: 9,
    });
    expect(versionOf(rollout, 'k', nobody, new Set([2]))).toBeNull();
  });

  it('that a rule names falls to whom the shares say', () => {
    const rules = [{ when: { flag: 'new-flow' }, version: 9 }];
    const choice = versionOf(rolling({ 1: 100 }, { rules }), 'k', { ...nobody, flags: ['new-flow'] });
    expect(choice).toEqual({ version: 1, by: 'fallback', lacking: 9 });
  });
});
