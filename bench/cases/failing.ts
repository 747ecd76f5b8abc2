import { median } from '../report/result.js';
import { drainByEngine } from '../world/drain.js';
import { rounds, type Case } from './case.js';

const share = 0.2;

/** One order in five is refused by the carrier: goods go back, money goes back, the order is cancelled. */
export const failing: Case = {
  name: 'failing',
  about: 'the same with 20 % failing at shipping, and compensated',
  async run({ world, quick, repeat }) {
    const orders = quick ? 2_000 : 20_000;
    const runs = await rounds(repeat, {
      happy: () => drainByEngine(world, { orders }),
      failing: () => drainByEngine(world, { orders, failing: share }),
    });
    const rate = (name: keyof typeof runs) => median(runs[name].map(({ perSecond }) => perSecond));
    return {
      name: 'failing',
      title: `Failing: ${share * 100} % of the orders are refused by the carrier, and undone`,
      rows: [
        { orders: 'all confirmed', 'sagas/s': rate('happy') },
        { orders: `${share * 100} % cancelled`, 'sagas/s': rate('failing') },
      ],
      ratios: [{ what: 'failing / happy', is: rate('failing') / rate('happy'), goal: { least: 0.8 } }],
    };
  },
};
