import { median } from '../report/result.js';
import { drainByEngine, drainIn, type Drained } from '../world/drain.js';
import { fillWithHistory } from '../world/history.js';
import { rounds, type Case } from './case.js';

/** What has ended must not slow down what begins: the same backlog on empty tables and on full ones. */
export const history: Case = {
  name: 'history',
  about: 'the unbounded case on tables that hold 1,000,000 finished sagas',
  only: 'full',
  async run({ world, quick, repeat }) {
    const orders = quick ? 4_000 : 20_000;
    const finished = quick ? 20_000 : 1_000_000;
    const runs = await world.inFreshDatabase(async (url) => {
      await fillWithHistory(world, url, finished);
      let round = 0;
      const onFull = (): Promise<Drained> => {
        const before = finished / 2 + round * orders;
        round++;
        // The books are checked each time; the auditor needs minutes for a million, and sees all rounds in the last.
        return drainIn(world, url, { orders, before, audited: round === repeat });
      };
      return rounds(repeat, { empty: () => drainByEngine(world, { orders }), full: onFull });
    });
    const rate = (name: keyof typeof runs) => median(runs[name].map(({ perSecond }) => perSecond));
    return {
      name: 'history',
      title: `History: ${finished.toLocaleString('en')} finished sagas in the tables`,
      note: `They are of ${(finished / 2).toLocaleString('en')} delivered orders, which had two each.`,
      rows: [
        { tables: 'empty', 'sagas/s': rate('empty') },
        { tables: 'full', 'sagas/s': rate('full') },
      ],
      ratios: [{ what: 'full / empty', is: rate('full') / rate('empty'), goal: { least: 0.9 } }],
    };
  },
};
