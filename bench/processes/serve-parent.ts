/* What a process of the benchmark can be asked to do, by name. */
export type Services = Readonly<Record<string, (about: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly what: string;
  readonly about: never;
}

/** Answers the parent until it lets go of us or dies; then ends in order. Ctrl-C is the parent's to deal with. */
export function serveParent(services: Services, end: () => Promise<void>): void {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => {
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('message', ({ id, what, about }: Question) => {
    answer(services, what, about).then(
      (answer) => process.send?.({ id, answer }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
}

async function answer(services: Services, what: string, about: never): Promise<unknown> {
  const service = services[what];
  if (!service) throw new Error(`Nobody here knows how to ${what}.`);
  return service(about);
}

/** Memory in MB; after a collection where the process was started with `--expose-gc`. */
export function memory(): { rss: number; heap: number } {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 };
}
