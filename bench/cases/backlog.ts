import { median } from '../report/result.js';
import { drainByEngine } from '../world/drain.js';
import { rounds, type Case } from './case.js';

/** After an outage: a worker comes back to more than it can hold in memory. */
export const backlog: Case = {
  name: 'backlog',
  about: 'draining 50,000 orders with one worker',
  only: 'full',
  async run({ world, quick, repeat }) {
    const orders = quick ? 10_000 : 50_000;
    const { engine } = await rounds(repeat, { engine: () => drainByEngine(world, { orders }) });
    const perSecond = median(engine.map((run) => run.perSecond));
    return {
      name: 'backlog',
      title: 'Backlog',
      rows: [
        { orders: orders.toLocaleString('en'), 'sagas/s': perSecond, 'seconds for all': orders / perSecond },
      ],
    };
  },
};
