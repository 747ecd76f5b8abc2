import { median } from '../report/result.js';
import { drainByEngine } from '../world/drain.js';
import { rounds, type Case } from './case.js';

/** One backlog, carried out by one worker process, by two and by four. */
export const workers: Case = {
  name: 'workers',
  about: 'sagas a second with 1, 2 and 4 worker processes',
  only: 'full',
  async run({ world, quick, repeat }) {
    const orders = quick ? 4_000 : 20_000;
    const drain = (workers: number) => () => drainByEngine(world, { orders, workers });
    const runs = await rounds(repeat, { '1': drain(1), '2': drain(2), '4': drain(4) });
    const of = (name: keyof typeof runs) => median(runs[name].map(({ perSecond }) => perSecond));
    return {
      name: 'workers',
      title: `Worker processes: ${orders.toLocaleString('en')} orders placed before they start`,
      rows: (['1', '2', '4'] as const).map((name) => ({
        workers: name,
        'sagas/s': of(name),
        'writing transactions a saga': median(runs[name].map(({ cost }) => cost.commits)),
      })),
    };
  },
};
