import { LogFields } from './saga-fields.js';
import { Lanes, type BatchEnd } from './lanes.js';
import type { Lease } from './lease.js';
import type { OwnedSaga, Work } from './owned-saga.js';
import type { Wave } from './wave.js';

const noKeys = new LogFields({});

type Run = (works: readonly Work[]) => OwnedSaga[];

/** Lanes over waves that end as the test says: each answers the sagas that were not this worker's any more. */
function lanesOver(...runs: Run[]) {
  const waves: Work[][] = [];
  const wave = {
    run: async (works: readonly Work[]) => {
      waves.push([...works]);
      return runs[waves.length - 1]!(works);
    },
  };
  const ends: BatchEnd[] = [];
  const lanes = new Lanes(wave as unknown as Wave, { workerId: 'w-1' } as unknown as Lease, noKeys);
  lanes.onEnd((end) => ends.push(end));
  return { lanes, waves, ends };
}

const sagaOf = (id: string) =>
  ({ id, epoch: 1, revision: 1, definition: { name: 'toy', version: 1 }, works: 0 }) as OwnedSaga;
const tickOf = (saga: OwnedSaga): Work => ({ kind: 'stimulate', saga, stimulus: { kind: 'tick' } });

describe('a saga whose wave finds it gone', () => {
  it('is lost when it belongs to another worker now', async () => {
    const [mine, lost] = [sagaOf('mine'), sagaOf('lost')];
    const { lanes, waves, ends } = lanesOver(() => [lost]);

    lanes.add(tickOf(mine));
    lanes.add(tickOf(lost));
    await lanes.drained();

    expect(waves).toHaveLength(1);
    expect(ends).toEqual([{ settled: [mine], lost: [lost] }]);
  });

  it('is run again, and not forgotten, when it was rung and claimed anew by this very worker meanwhile', async () => {
    const [other, rung] = [sagaOf('other'), sagaOf('rung')];
    const claimAnew = () => {
      rung.epoch = 2;
      return [rung];
    };
    const { lanes, waves, ends } = lanesOver(claimAnew, () => []);

    lanes.add(tickOf(other));
    lanes.add(tickOf(rung));
    await lanes.drained();

    expect(waves.map((works) => works.map(({ saga }) => saga.id))).toEqual([['other', 'rung'], ['rung']]);
    // Told of once, when its own wave has committed: until then nothing else may begin with it.
    expect(ends).toEqual([
      { settled: [other], lost: [] },
      { settled: [rung], lost: [] },
    ]);
  });

  it('is run again for as often as it is rung, and lost when it goes to another in the end', async () => {
    const saga = sagaOf('rung twice');
    const claimAnew = () => {
      saga.epoch++;
      return [saga];
    };
    const { lanes, waves, ends } = lanesOver(claimAnew, claimAnew, () => [saga]);

    lanes.add(tickOf(saga));
    await lanes.drained();

    expect(waves).toHaveLength(3);
    expect(ends.flatMap(({ lost }) => lost)).toEqual([saga]);
    expect(ends.flatMap(({ settled }) => settled)).toEqual([]);
  });
});

describe('two works of one saga', () => {
  it('never run at once, neither in one wave nor in two, and keep their order', async () => {
    const saga = sagaOf('both');
    const running: Work[][] = [];
    let most = 0;
    const wave = {
      run: async (works: readonly Work[]) => {
        running.push([...works]);
        most = Math.max(most, running.flat().filter((work) => work.saga === saga).length);
        await new Promise((resolve) => setImmediate(resolve));
        running.pop();
        return [];
      },
    };
    const lanes = new Lanes(wave as unknown as Wave, { workerId: 'w-1' } as unknown as Lease, noKeys);
    const ended: OwnedSaga[][] = [];
    lanes.onEnd(({ settled }) => ended.push([...settled]));

    lanes.add(tickOf(saga));
    lanes.add(tickOf(sagaOf('other')));
    lanes.add(tickOf(saga));
    lanes.add({ kind: 'stimulate', saga, stimulus: { kind: 'released' } });
    await lanes.drained();

    expect(most).toBe(1);
    expect(ended.flat().filter((one) => one === saga)).toHaveLength(3);
  });
});
