import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrations-runner.js';
import { ControlledClock } from '../test/support/controlled-clock.js';
import { benchOrder } from './lib/bench-order.js';
import { startBuiltApp, type BuiltApp } from './lib/built-app.js';
import { rates, usageOf } from './lib/usage.js';

/*
 * `npm run bench:waiting -- --waiting 100000 --woken 10000 --seconds 60`: what waiting sagas cost, and what it takes to
 * wake many of them at once.
 *
 * One process with API, worker and auditor, and a worker beside it, on the embedded database with its default
 * durability; somebody asks for the first one's health every five seconds. What they use with nothing to do is taken
 * with no saga and with many that wait: orders above the review limit. A look of a minute has one audit in it.
 *
 * Then the time of the first of them is up, all in one instant, with nobody there; two workers start, and one is killed
 * in the middle of it. Each order has to end once, as its deadline says, and the auditor to find nothing.
 *
 * Linux only: the times of the processes are read from /proc.
 */

const { values } = parseArgs({
  options: {
    waiting: { type: 'string', default: '100000' },
    woken: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
});
const [waiting, woken, seconds] = [Number(values.waiting), Number(values.woken), Number(values.seconds)];

const batchSize = 1_000;
const day = 24 * 60 * 60 * 1_000;
const probeEveryMs = 5_000;

async function call<T>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  key = 'demo-supervisor',
): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}.`);
  return (await response.json()) as T;
}

async function placeMany(url: string, count: number): Promise<void> {
  for (let placed = 0; placed < count; placed += batchSize) {
    const orders = Array.from({ length: Math.min(batchSize, count - placed) }, () => benchOrder);
    const { items } = await call<{ items: { status: number }[] }>(
      url,
      'POST',
      '/v1/orders/batch',
      { orders },
      'demo-client',
    );
    if (items.some(({ status }) => status !== 202)) throw new Error('An order was not taken.');
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'bench-waiting-'));
await chmod(dataDir, 0o755);
const server = await startEmbeddedPostgres({ dataDir });
const apps = new Set<BuiltApp>();
const closing: (() => Promise<void>)[] = [];
try {
  await migrate(server.url);
  const clock = await ControlledClock.install(server.url);
  closing.push(() => clock.close());
  const database = new Client({ connectionString: server.url });
  await database.connect();
  closing.push(() => database.end());
  const { rows } = await database.query<{ directory: string }>(
    `SELECT current_setting('data_directory') AS directory`,
  );
  const postmaster = Number(
    (await readFile(join(rows[0]!.directory, 'postmaster.pid'), 'utf8')).split('\n')[0],
  );

  const start = async (role: string): Promise<BuiltApp> => {
    const settings = { DATABASE_URL: server.url, REVIEW_ABOVE: '1', ROLE: role };
    const app = await startBuiltApp(settings);
    apps.add(app);
    app.child.once('close', () => apps.delete(app));
    return app;
  };
  const count = async (where: string): Promise<number> => {
    const { rows } = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM saga.instance WHERE ${where}`,
    );
    return rows[0]!.n;
  };
  const until = async (where: string, many: number): Promise<void> => {
    while ((await count(where)) < many) await sleep(100);
  };

  const now = async (): Promise<number> => {
    const { rows } = await database.query<{ at: Date }>(`SELECT testing.clock_timestamp() AS at`);
    return rows[0]!.at.getTime();
  };
  /** Until when the auditor has looked. */
  const audited = async (): Promise<number> => {
    const { rows } = await database.query<{ watermark: Date }>(`SELECT watermark FROM auditor.report`);
    return rows[0]?.watermark.getTime() ?? 0;
  };

  /** What the processes use while nothing happens but that somebody asks how they are. */
  const atRest = async (all: BuiltApp, worker: BuiltApp) => {
    await database.query('VACUUM (ANALYZE)');
    await database.query('CHECKPOINT');
    await sleep(5_000);
    const pids = [all.pid, worker.pid];
    const from = await usageOf(pids, postmaster, database);
    const end = performance.now() + seconds * 1_000;
    let slowest = 0;
    while (performance.now() < end) {
      const asked = performance.now();
      await call(all.url, 'GET', '/health/ready');
      slowest = Math.max(slowest, performance.now() - asked);
      await sleep(Math.max(0, Math.min(probeEveryMs, end - performance.now())));
    }
    return { ...rates(from, await usageOf(pids, postmaster, database)), slowest };
  };

  const [all, worker] = [await start('all'), await start('worker')];
  const product = { name: 'Coffee grinder', unitAmount: 1999, currency: 'EUR' };
  await call(all.url, 'PUT', '/v1/products/SKU-1', product);
  const none = await atRest(all, worker);

  const begun = performance.now();
  await placeMany(all.url, woken);
  await until(`status = 'waiting'`, woken);
  await clock.advance(day);
  await placeMany(all.url, waiting - woken);
  await until(`status = 'waiting'`, waiting);
  console.log(`${waiting} orders wait after ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  // It looks once more at whatever has moved since its last report, and that is not rest.
  const placedAt = await now();
  while ((await audited()) < placedAt) await sleep(1_000);
  const many = await atRest(all, worker);

  const line = (name: string, pick: (one: typeof none) => number, unit: string) =>
    console.log(
      `${name.padEnd(34)}${[none, many].map((one) => `${pick(one).toFixed(2)} ${unit}`.padStart(18)).join('')}`,
    );
  console.log(
    `\n${''.padEnd(34)}${['0 waiting', `${waiting} waiting`].map((head) => head.padStart(18)).join('')}`,
  );
  line('CPU of API, worker and auditor', ({ processes }) => processes[0]!, '%');
  line('CPU of a worker', ({ processes }) => processes[1]!, '%');
  line('CPU of PostgreSQL', (one) => one.server, '%');
  line('transactions a second', ({ transactions }) => transactions, '/s');
  line('slowest answer of /health/ready', ({ slowest }) => slowest, 'ms');

  await Promise.all([all.stop(), worker.stop()]);
  await clock.advance(2 * day);
  const due = await count(`wake_at <= testing.clock_timestamp()`);
  const [lost] = await Promise.all([start('worker'), start('worker')]);
  const wokenAt = performance.now();
  const ended = `status = 'compensated'`;
  await until(ended, Math.ceil(woken / 10));
  await lost.kill();
  const atKill = await count(ended);
  await until(ended, woken);
  const took = (performance.now() - wokenAt) / 1_000;

  const auditor = await start('api');
  const { violations } = await call<{ violations: unknown[] }>(
    auditor.url,
    'POST',
    '/v1/admin/invariants/check',
    {},
  );
  const { rows: stories } = await database.query<{ story: string; n: number }>(
    `SELECT (SELECT string_agg(h ->> 'status', ' → ') FROM jsonb_array_elements(status_history) AS h) AS story,
            count(*)::int AS n
       FROM orders."order" GROUP BY 1 ORDER BY 1`,
  );
  console.log(
    `\n${due} were due at once; with two workers, one killed after ${atKill}, the last ended after ${took.toFixed(1)} s`,
  );
  for (const { story, n } of stories) console.log(`${String(n).padStart(8)} orders: ${story}`);
  console.log(`${String(violations.length).padStart(8)} violations found by the auditor`);
  const [cpu] = cpus();
  console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}`);
  if (due !== woken || violations.length > 0 || stories.length !== 2) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await Promise.all([...apps].map((app) => app.kill()));
  await Promise.all(closing.map((close) => close()));
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
