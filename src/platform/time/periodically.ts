/** A task that runs again and again until it is stopped. */
export interface Periodical {
  /** No further run begins; resolves when the running one, if any, has ended. */
  stop(): Promise<void>;
}

/**
 * Runs a task every `ms` milliseconds, the first time after one period. Runs never overlap: a slow one delays the
 * next. Does not keep the process alive.
 * @param onError told about a run that threw; the next one begins all the same
 */
export function periodically(
  ms: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Periodical {
  let running = Promise.resolve();
  let stopped = false;
  let timer: NodeJS.Timeout;

  const plan = () => {
    timer = setTimeout(() => {
      running = task()
        .catch(onError)
        .then(() => {
          if (!stopped) plan();
        });
    }, ms);
    timer.unref();
  };

  plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
