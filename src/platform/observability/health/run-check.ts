import type { Health, HealthCheck } from './health-registry.js';

const LONGEST_MS = 2_000;

/** The check's answer; down, with the error, when it throws or takes too long. */
export async function runCheck(check: HealthCheck): Promise<{ health: Health; error: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${LONGEST_MS} ms`)), LONGEST_MS);
    timer.unref();
  });
  try {
    return { health: await Promise.race([check(), tooLong]), error: null };
  } catch (error) {
    // What is wrong in detail is for the log: this answer is public.
    return { health: { up: false }, error };
  } finally {
    clearTimeout(timer);
  }
}
