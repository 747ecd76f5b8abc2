import { ways, type Way } from '../baselines/ways.js';
import { median, type Row } from '../report/result.js';
import { drainByEngine, drainByHand, fastestShape, type Drained } from '../world/drain.js';
import { rounds, type Case } from './case.js';

const medianOf = (runs: readonly Drained[], pick: (run: Drained) => number) => median(runs.map(pick));

/** All orders are there before the first one begins: the most that goes through, and what a saga costs then. */
export const unbounded: Case = {
  name: 'unbounded',
  about: 'sagas a second with all orders placed first, beside every baseline; cost of a saga',
  async run({ world, quick, repeat }) {
    const orders = quick ? 3_000 : 20_000;
    const counted = 4_000;
    const many = {
      'per-step': orders / 2,
      'per-step-pipelined': orders / 2,
      'one-statement': orders,
      batched: orders * 2,
    };
    const byHand = Object.fromEntries(
      ways.map((way) => [way, () => drainByHand(world, way, { orders: many[way] })]),
    ) as Record<Way, () => Promise<Drained>>;
    const runs = await rounds(repeat, { engine: () => drainByEngine(world, { orders }), ...byHand });
    const statementsOf = async (name: string) => {
      const backlog = { orders: counted, countStatements: true };
      const run =
        name === 'engine' ? drainByEngine(world, backlog) : drainByHand(world, name as Way, backlog);
      return (await run).statements;
    };
    const rows: Row[] = [];
    for (const [name, measured] of Object.entries(runs)) {
      const statements = quick ? null : await statementsOf(name);
      const shape = name === 'engine' ? null : await fastestShape(world, name as Way);
      rows.push({
        contender: name,
        'sagas/s': medianOf(measured, (run) => run.perSecond),
        'writing transactions': medianOf(measured, (run) => run.cost.commits),
        statements,
        'WAL bytes': medianOf(measured, (run) => run.cost.walBytes),
        'CPU ms Node': medianOf(measured, (run) => run.cost.nodeMs),
        'CPU ms PostgreSQL': medianOf(measured, (run) => run.cost.serverMs),
        'RSS MB': medianOf(measured, (run) => run.rss),
        connections: shape?.connections ?? null,
        'orders a transaction': shape?.batch ?? null,
      });
    }
    const rate = (name: keyof typeof runs) => medianOf(runs[name], (run) => run.perSecond);
    const wal = (name: keyof typeof runs) => medianOf(runs[name], (run) => run.cost.walBytes);
    const commits = medianOf(runs.engine, (run) => run.cost.commits);
    return {
      name: 'unbounded',
      title: `Unbounded: ${orders.toLocaleString('en')} orders placed before the worker starts`,
      note: 'Transactions, statements, WAL and CPU are per saga.',
      rows,
      ratios: [
        {
          what: 'engine / one statement a step',
          is: rate('engine') / rate('one-statement'),
          goal: { least: 1.5 },
        },
        {
          what: 'engine / one transaction a step',
          is: rate('engine') / rate('per-step'),
          goal: { least: 3 },
        },
        { what: 'engine / batched', is: rate('engine') / rate('batched'), goal: { least: 0.5 } },
        {
          what: 'WAL, engine / one transaction a step',
          is: wal('engine') / wal('per-step'),
          goal: { most: 1.5 },
        },
        { what: 'writing transactions a saga', is: commits, goal: { most: 1 } },
      ],
    };
  },
};
