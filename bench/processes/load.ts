import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { orderOf } from '../world/shop.js';
import { closedLoop } from './closed-loop.js';
import { serveParent } from './serve-parent.js';

/* Places orders over HTTP, from a process of its own: what it takes to ask must not slow down who answers. */

/** Lets go of idle connections before the server does, which is after five seconds: a request must not meet that. */
const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 3_000 });

/** @returns how long the answer took, in milliseconds @throws Error when it is not 202 */
function placeOne(url: string, number: number): Promise<number> {
  const body = JSON.stringify(orderOf(number, false));
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/orders`, {
      method: 'POST',
      agent,
      headers: {
        authorization: 'Bearer demo-client',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    asked.once('error', reject).once('response', (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 202) resolve(performance.now() - startedAt);
        else reject(new Error(`The order was answered with ${response.statusCode}.`));
      });
    });
    asked.end(body);
  });
}

serveParent(
  {
    /** As many as are answered, so many at a time. @returns how many a second, and how long each took */
    asManyAsGo: async ({ url, seconds, warmUp, clients }: AsManyAsGo) => {
      const startAt = performance.now() + warmUp * 1_000;
      const endAt = startAt + seconds * 1_000;
      const times: number[] = [];
      let number = 0;
      const client = async () => {
        while (performance.now() < endAt) {
          const took = await placeOne(url, number++);
          const now = performance.now();
          if (now >= startAt && now < endAt) times.push(took);
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
      return { perSecond: times.length / seconds, times, placed: number };
    },

    /** So many, by so many clients, each placing its next one when the last one was answered. */
    allOf: async ({ url, orders, clients }: { url: string; orders: number; clients: number }) => {
      const loop = { inFlight: clients, warmUp: 0, orders };
      await closedLoop(loop, async (number) => void (await placeOne(url, number)));
    },

    /** One every so many milliseconds, whether or not the last one was answered. */
    atRate: async ({ url, everyMs, orders }: { url: string; everyMs: number; orders: number }) => {
      const answers: Promise<number>[] = [];
      const startAt = performance.now();
      for (let number = 0; number < orders; number++) {
        await sleep(Math.max(0, startAt + number * everyMs - performance.now()));
        answers.push(placeOne(url, number));
      }
      return Promise.all(answers);
    },
  },
  async () => agent.destroy(),
);

interface AsManyAsGo {
  readonly url: string;
  readonly seconds: number;
  /** Seconds that are not counted. */
  readonly warmUp: number;
  readonly clients: number;
}
