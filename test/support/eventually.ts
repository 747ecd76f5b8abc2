import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long to try, in milliseconds. Default 10,000. */
  readonly within?: number;
  /** Pause between two tries, in milliseconds. Default 20. */
  readonly every?: number;
}

/**
 * Repeats `probe` until it neither throws nor returns `false`, and returns what it returned. At the deadline it
 * throws the last error, so that a failed expectation inside is reported as itself.
 *
 * @example const order = await eventually(async () => {
 *   const order = await orders.find(id);
 *   expect(order.status).toBe('confirmed');
 *   return order;
 * });
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { within = 10_000, every = 20 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    let failure: unknown;
    try {
      const result = await probe();
      if (result !== false) return result;
      failure = new Error(`This did not come true within ${within} ms: ${probe.toString()}`);
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= deadline) throw failure;
    await delay(every);
  }
}
