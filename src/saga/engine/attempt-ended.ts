/** Ends an attempt from our side. What it was doing outside may happen all the same. */
export class AttemptEnded extends Error {
  override readonly name = 'AttemptEnded';

  constructor(
    readonly code: 'SAGA.ATTEMPT_TIMEOUT' | 'SAGA.HEARTBEAT_MISSED' | 'SAGA.DRAINING',
    message: string,
  ) {
    super(message);
  }
}

/** @param ms how long it was given */
export function tookTooLong(ms: number): AttemptEnded {
  return new AttemptEnded('SAGA.ATTEMPT_TIMEOUT', `The attempt took longer than ${ms / 1_000} s.`);
}

/**
 * Waits so many milliseconds for `work` at most. What it does afterwards is its own affair: a unit of work that was
 * given up takes nothing from it any more.
 * @throws AttemptEnded `SAGA.ATTEMPT_TIMEOUT`; whatever `work` throws
 */
export async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tookTooLong(ms)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
