import { setTimeout as sleep } from 'node:timers/promises';
import type { Shape, Way } from '../baselines/ways.js';
import { shapes, usualShape } from '../baselines/ways.js';
import { checkBooks } from './books.js';
import type { Child } from './child.js';
import { withClient } from './server.js';
import { costOf, spent, type Cost } from './usage.js';
import type { World } from './world.js';

const pollMs = 10;
const patienceMs = 120_000;
/** So much of a backlog ends before the clock starts: code is compiled, connections are open. */
const warmUpShare = 0.2;

export interface Drained {
  readonly perSecond: number;
  readonly seconds: number;
  readonly cost: Cost;
  /** Memory of the Node processes at the end, in MB. */
  readonly rss: number;
  /** SQL statements a saga, BEGIN and COMMIT among them; null: they were not counted. */
  readonly statements: number | null;
}

export interface Backlog {
  readonly orders: number;
  /** Share of orders to which the carrier does not deliver. */
  readonly failing?: number;
  /** Worker processes. */
  readonly workers?: number;
  /** Orders that were confirmed before, and are in the books with these. */
  readonly before?: number;
  /** Whether the auditor looks at all there is, which takes minutes over a long history. Default: yes. */
  readonly audited?: boolean;
  /** Counting takes time of its own: rates of such a run are not to be shown. */
  readonly countStatements?: boolean;
}

/** Orders are placed, workers start, and all of them end. The auditor then finds nothing, and the books add up. */
export function drainByEngine(world: World, backlog: Backlog): Promise<Drained> {
  const { countStatements = false } = backlog;
  return world.inFreshDatabase((url) => drainIn(world, url, backlog), { countStatements });
}

/** As above, in a database that may hold other orders already. */
export async function drainIn(
  world: World,
  url: string,
  { orders, failing = 0, workers: many = 1, before = 0, audited = true, countStatements = false }: Backlog,
): Promise<Drained> {
  const settings = { DATABASE_URL: url };
  const api = world.start('engine', { ...settings, ROLE: 'api' });
  await api.ask('go');
  await api.ask('place', { orders, failing });
  await api.stop();
  const workers = Array.from({ length: many }, () => world.start('engine', { ...settings, ROLE: 'worker' }));
  await Promise.all(workers.map((worker) => worker.ask('memory')));
  await world.settle(url);
  const drained = await watch(world, url, workers, { orders, countStatements }, () =>
    Promise.all(workers.map((worker) => worker.ask('go'))),
  );
  await (audited ? audit(workers) : pour(workers));
  const cancelled = Math.floor(orders * failing);
  await checkBooks(url, 'application', { confirmed: before + orders - cancelled, cancelled });
  await Promise.all(workers.map((worker) => worker.stop()));
  return drained;
}

/** Each process knows of its own charges and bookings: all are written down before anybody compares them. */
async function pour(engines: readonly Child[]): Promise<void> {
  for (const engine of engines) await engine.ask('pour');
}

/** @throws Error when the auditor finds anything */
export async function audit(engines: readonly Child[]): Promise<void> {
  await pour(engines);
  const { violations, first } = await engines[0]!.ask<{ violations: number; first: string | null }>('audit');
  if (violations > 0) throw new Error(`The auditor found ${violations} violations: ${first}`);
}

/** As `drainByEngine`, by a hand-written baseline, in the shape in which it is fastest here. */
export async function drainByHand(world: World, way: Way, backlog: Backlog): Promise<Drained> {
  const shape = await fastestShape(world, way);
  return drainInShape(world, way, shape, backlog);
}

function drainInShape(
  world: World,
  way: Way,
  shape: Shape,
  { orders, countStatements = false }: Backlog,
): Promise<Drained> {
  return world.inFreshDatabase(
    async (url) => {
      const child = world.start('by-hand', { DATABASE_URL: url });
      await child.ask('place', { orders });
      await world.settle(url);
      const drained = await watch(world, url, [child], { orders, countStatements }, () =>
        child.ask('drain', { way, shape }),
      );
      await child.stop();
      await checkBooks(url, 'by-hand', { confirmed: orders, cancelled: 0 });
      return drained;
    },
    { countStatements },
  );
}

const fastest = new WeakMap<World, Map<Way, Promise<Shape>>>();

/** Found out once, with a short backlog for each shape; when it is to be quick, the usual one. */
export function fastestShape(world: World, way: Way): Promise<Shape> {
  const known = fastest.get(world) ?? new Map<Way, Promise<Shape>>();
  fastest.set(world, known);
  const shape = known.get(way) ?? (world.quick ? Promise.resolve(usualShape[way]) : tryShapes(world, way));
  known.set(way, shape);
  return shape;
}

async function tryShapes(world: World, way: Way): Promise<Shape> {
  let best: { shape: Shape; perSecond: number } | null = null;
  for (const shape of shapes[way]) {
    const orders = Math.max(600, shape.batch * shape.connections * 3);
    const { perSecond } = await drainInShape(world, way, shape, { orders });
    if (!best || perSecond > best.perSecond) best = { shape, perSecond };
  }
  return best!.shape;
}

/** Lets them begin, and looks on until all orders have ended. */
async function watch(
  world: World,
  url: string,
  children: readonly Child[],
  { orders, countStatements }: { orders: number; countStatements: boolean },
  begin: () => Promise<unknown>,
): Promise<Drained> {
  const pids = children.map((child) => child.pid);
  const mark = async (ended: number) => ({
    ended,
    at: performance.now(),
    spent: await spent(world.server, url, pids),
  });
  if (countStatements) await withClient(url, (client) => client.query('SELECT pg_stat_statements_reset()'));
  let failure: unknown = null;
  const over = begin().catch((error: unknown) => (failure = error));
  let from = await mark(0);
  let warm = false;
  let lastChange = performance.now();
  for (let seen = 0; ; await sleep(pollMs)) {
    const counts = await Promise.all(children.map((child) => child.ask<number>('ended')));
    const ended = counts.reduce((sum, count) => sum + count, 0);
    if (failure) throw failure as Error;
    if (ended !== seen) lastChange = performance.now();
    else if (performance.now() - lastChange > patienceMs)
      throw new Error(`It stands still at ${ended} orders.`);
    seen = ended;
    if (ended >= orders) break;
    if (!warm && ended >= orders * warmUpShare) [from, warm] = [await mark(ended), true];
  }
  const to = await mark(orders);
  await over;
  const memories = await Promise.all(children.map((child) => child.ask<{ rss: number }>('memory')));
  const [sagas, seconds] = [to.ended - from.ended, (to.at - from.at) / 1_000];
  return {
    perSecond: sagas / seconds,
    seconds,
    cost: costOf(from.spent, to.spent, sagas),
    rss: memories.reduce((sum, { rss }) => sum + rss, 0),
    statements: countStatements ? (await statementsIn(url)) / orders : null,
  };
}

async function statementsIn(url: string): Promise<number> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ calls: string }>(
      `SELECT sum(calls) AS calls FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    ),
  );
  return Number(rows[0]!.calls);
}
