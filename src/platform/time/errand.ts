import { forEverybody } from '../observability/trace/trace-context.js';

/** After how many milliseconds something is to run again by itself; nothing: when it is called for. */
export type Pause = number | void;

/**
 * A task that runs when it is called for, one run at a time: calls during a run are folded into one more run. It runs for
 * nobody in particular, whoever called. Does not keep the process alive.
 */
export class Errand {
  private running: Promise<void> | null = null;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private started = false;

  /** @param onError told about a run that threw, in the task's stead */
  constructor(
    private readonly task: () => Promise<Pause>,
    private readonly onError: (error: unknown) => Pause,
  ) {}

  /** Runs, and hears calls from now on. */
  start(): void {
    this.started = true;
    this.call();
  }

  /** Nothing before the start and after the end. */
  call(): void {
    if (!this.started) return;
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = forEverybody(async () => this.task())
      .catch(this.onError)
      .catch(() => undefined)
      .then((pause) => {
        this.running = null;
        if (this.again) {
          this.again = false;
          this.call();
        } else if (this.started && pause !== undefined) {
          this.timer = setTimeout(() => this.call(), pause).unref();
        }
      });
  }

  /** No further run begins; resolves when the running one, if any, has ended. */
  async stop(): Promise<void> {
    this.started = false;
    clearTimeout(this.timer);
    await this.running;
  }
}
