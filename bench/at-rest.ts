import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { benchOrder } from './lib/bench-order.js';
import { startBuiltApp } from './lib/built-app.js';
import { closedLoop } from './processes/closed-loop.js';
import { quantile } from './report/result.js';

/*
 * `npm run bench:at-rest`: how long one order alone takes from `POST` to `confirmed`, on the embedded database with its
 * default durability (every commit is flushed). One order at a time, by `Prefer: wait`, as a client sees it: of a process
 * that has just started, little of whose code is compiled, and of the same one some thousand orders later.
 */

const warmUps = 50;
const orders = 200;
const inBetween = 3_000;
const clients = 8;

/** From the request to the answer, in milliseconds. @throws Error when the order is not confirmed by then */
async function placeOne(url: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: { authorization: 'Bearer demo-client', 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify(benchOrder),
  });
  const { status } = (await response.json()) as { status: string };
  if (status !== 'confirmed') throw new Error(`The order is ${status}, HTTP ${response.status}.`);
  return performance.now() - startedAt;
}

/** One at a time. */
async function measure(url: string, about: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < orders; i++) times.push(await placeOne(url));
  const [p50, p99, best] = [0.5, 0.99, 0].map((share) => quantile(times, share).toFixed(1));
  console.log(`${about}: median ${p50} ms, p99 ${p99} ms, best ${best} ms`);
}

const dataDir = await mkdtemp(join(tmpdir(), 'bench-at-rest-'));
await chmod(dataDir, 0o755);
try {
  const app = await startBuiltApp({ DATA_DIR: dataDir });
  const { url } = app;
  try {
    const [cpu] = cpus();
    console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}`);
    console.log(`POST to confirmed, ${orders} orders, one at a time`);
    for (let i = 0; i < warmUps; i++) await placeOne(url);
    await measure(url, `after ${warmUps} orders`);
    const loop = { inFlight: clients, warmUp: 0, orders: inBetween };
    await closedLoop(loop, async () => void (await placeOne(url)));
    await measure(url, `after ${inBetween.toLocaleString('en')} more`);
  } finally {
    await app.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
