import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 20;
const patienceMs = 120_000;

/** Waits until something holds. @throws Error when that takes minutes: whatever was to bring it about stands still */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It was waited in vain until ${what}.`);
    await sleep(lookEveryMs);
  }
}
