export interface ClosedLoop {
  /** Orders under way at a time. */
  readonly inFlight: number;
  /** Orders that end before the clock starts. */
  readonly warmUp: number;
  /** Orders that are measured. */
  readonly orders: number;
}

/**
 * Keeps `inFlight` orders under way, each placed when another one has ended.
 * @param one places the how many-th order and waits for its end
 * @returns seconds from the end of the warm-up to the end of the last order
 */
export async function closedLoop(
  { inFlight, warmUp, orders }: ClosedLoop,
  one: (number: number) => Promise<void>,
): Promise<number> {
  let [placed, ended, startedAt] = [0, 0, performance.now()];
  const client = async () => {
    while (placed < warmUp + orders) {
      await one(placed++);
      if (++ended === warmUp) startedAt = performance.now();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  return (performance.now() - startedAt) / 1_000;
}
