import { isAsKnown, latestOf, type Fence } from './fence.js';
import type { Work } from './owned-saga.js';

const noon = Date.parse('2026-11-22T12:00:00Z');

const work = (id: string): Work =>
  ({ kind: 'execute', saga: { id, revision: 3, state: { length: 7 } } }) as unknown as Work;

const fence = (...rows: { id: string; revision?: number; length?: number; now?: number }[]): Fence =>
  new Map(
    rows.map(({ id, revision = 3, length = 7, now = noon + 5 }) => [
      id,
      { id, epoch: 1, revision, length, now: new Date(now) },
    ]),
  );

describe('What a wave went ahead with', () => {
  const both = [work('a'), work('b')];

  it.each<[string, Fence, boolean]>([
    ['rows that are as they were known', fence({ id: 'a' }, { id: 'b' }), true],
    ['a row that is not this worker’s any more', fence({ id: 'a' }), false],
    ['a row that somebody else has written', fence({ id: 'a' }, { id: 'b', revision: 4 }), false],
    ['a journal of another length', fence({ id: 'a' }, { id: 'b', length: 8 }), false],
    ['a lock of the same millisecond', fence({ id: 'a', now: noon }, { id: 'b' }), true],
    ['a clock that has yet to get there', fence({ id: 'a', now: noon - 1 }, { id: 'b' }), false],
    ['a clock of another server', fence({ id: 'a' }, { id: 'b', now: noon + 60_000 }), false],
  ])('counts or not by the lock: %s', (_, rows, counts) => {
    expect(isAsKnown(both, rows, noon)).toBe(counts);
  });

  it('was last locked when the last of its rows was', () => {
    expect(latestOf(fence({ id: 'a', now: noon + 9 }, { id: 'b' })).getTime()).toBe(noon + 9);
  });
});
