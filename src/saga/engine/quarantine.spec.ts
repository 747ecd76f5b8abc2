import type { OwnedSaga } from './owned-saga.js';
import { Quarantine } from './quarantine.js';
import type { SagaState } from './state.js';

/** A saga with one unit that is to be tried, over which so many workers were lost. */
function suspect(id: string, crashes = 0): OwnedSaga {
  const action = { status: 'intended', suspect: true, begun: false, crashes };
  const state = { cause: null, closings: {}, reactions: [], steps: [{ name: 'only', action }] };
  return { id, state: state as unknown as SagaState } as OwnedSaga;
}

const suspects = (count: number, crashes = 0) =>
  Array.from({ length: count }, (_, index) => suspect(`${crashes}-${index}`, crashes));

describe('the quarantine', () => {
  let quarantine: Quarantine;
  let admitted: OwnedSaga[];

  beforeEach(() => {
    quarantine = new Quarantine();
    admitted = [];
    quarantine.onAdmitted((saga) => admitted.push(saga));
  });

  it.each([
    [0, 64],
    [1, 32],
    [2, 16],
    [5, 2],
    [6, 1],
    [8, 1],
  ])('over which %d workers were lost lets %d through at a time', (crashes, together) => {
    suspects(100, crashes).forEach((saga) => quarantine.enter(saga));
    expect(admitted).toHaveLength(together);
    quarantine.leave(admitted[0]!);
    expect(admitted).toHaveLength(together + 1);
  });

  it('lets those through first that were tried least, and never beside others that were tried more', () => {
    const [worst, bad, ...good] = [suspect('worst', 3), suspect('bad', 1), ...suspects(2)];
    [worst, bad, ...good].forEach((saga) => quarantine.enter(saga));
    // It came first, and nobody else was there.
    expect(admitted).toEqual([worst]);
    quarantine.leave(worst);
    expect(admitted).toEqual([worst, ...good]);
    quarantine.leave(good[0]!);
    expect(admitted).toEqual([worst, ...good]);
    quarantine.leave(good[1]!);
    expect(admitted).toEqual([worst, ...good, bad]);
  });

  it('has room for no more than can be tried soon, until it is known of them that they are harmless', () => {
    const all = suspects(256);
    all.forEach((saga) => quarantine.expect(saga));
    expect(quarantine.room).toBe(0);

    all.forEach((saga) => quarantine.enter(saga));
    expect(quarantine.room).toBe(0);
    quarantine.leave(all[0]!);
    const cleared = suspect('cleared');
    Object.assign(all[1]!, { state: { ...cleared.state, steps: [] } });
    quarantine.look(all[1]!);
    expect(quarantine.room).toBe(2);
    quarantine.clear();
    expect(quarantine.room).toBe(256);
  });

  it('lets the next one through when one turns out to be under way already', () => {
    quarantine.onAdmitted((saga) => {
      admitted.push(saga);
      if (saga.id.endsWith('0')) quarantine.leave(saga);
    });
    const all = suspects(64 + 7);
    all.forEach((saga) => quarantine.enter(saga));
    expect(new Set(admitted)).toEqual(new Set(all));
    expect(admitted).toHaveLength(all.length);
  });
});
