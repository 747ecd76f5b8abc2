import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { handSaga, place } from '../baselines/place.js';
import type { HandSaga } from '../baselines/saga.js';
import { carryOut, type Shape, type Way } from '../baselines/ways.js';
import { MemoryCarrier } from '../outside/memory-carrier.js';
import { MemoryGateway } from '../outside/memory-gateway.js';
import { closedLoop, type ClosedLoop } from './closed-loop.js';
import { memory, serveParent } from './serve-parent.js';

/* Carries out hand-written sagas: no framework, a pool, prepared statements. */

const batchSize = 1_000;

interface Contender {
  readonly way: Way;
  readonly shape: Shape;
}

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const outside = { gateway: new MemoryGateway(), carrier: new MemoryCarrier() };
const placed: HandSaga[] = [];
const pools = new Map<string, pg.Pool>();
let ended = 0;

function poolOf(way: Way, { connections: max }: Shape): pg.Pool {
  const pipeline = way === 'per-step-pipelined';
  const key = `${pipeline} ${max}`;
  const pool = pools.get(key) ?? new pg.Pool({ connectionString: process.env.DATABASE_URL, max, pipeline });
  pools.set(key, pool);
  return pool;
}

/** Takes all that was placed through its steps. @returns the seconds it took */
async function drain({ way, shape }: Contender): Promise<number> {
  const pool = poolOf(way, shape);
  const todo = placed.splice(0);
  let next = 0;
  const lane = async () => {
    while (next < todo.length) {
      const some = todo.slice(next, (next += shape.batch));
      await carryOut(way, pool, some, outside);
      ended += some.length;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: shape.connections }, lane));
  return (performance.now() - startedAt) / 1_000;
}

async function placeOne(pool: pg.Pool, number: number): Promise<HandSaga> {
  const saga = handSaga(number);
  await place(pool, [saga]);
  return saga;
}

serveParent(
  {
    place: async ({ orders }: { orders: number }) => {
      for (let from = 0; from < orders; from += batchSize) {
        const count = Math.min(batchSize, orders - from);
        const sagas = Array.from({ length: count }, (_, i) => handSaga(from + i));
        await place(poolOf('one-statement', { batch: 1, connections: 1 }), sagas);
        placed.push(...sagas);
      }
    },

    drain,

    ended: () => ended,

    closedLoop: ({ way, shape, ...loop }: ClosedLoop & Contender) => {
      const pool = poolOf(way, shape);
      return closedLoop(loop, async (number) => carryOut(way, pool, [await placeOne(pool, number)], outside));
    },

    /** Places an order every so many milliseconds. @returns what each took from placed to done, in milliseconds */
    atRate: async ({ way, shape, everyMs, orders }: Contender & { everyMs: number; orders: number }) => {
      const pool = poolOf(way, shape);
      const taken: Promise<number>[] = [];
      const startAt = performance.now();
      for (let number = 0; number < orders; number++) {
        await sleep(Math.max(0, startAt + number * everyMs - performance.now()));
        taken.push(
          placeOne(pool, number).then(async (saga) => {
            const placedAt = performance.now();
            await carryOut(way, pool, [saga], outside);
            return performance.now() - placedAt;
          }),
        );
      }
      return Promise.all(taken);
    },

    memory,
  },
  async () => {
    for (const pool of pools.values()) await pool.end();
  },
);
