import { reportSaga, SagaFailedError, type SagaReport } from '../report/index.js';
import type { SagaDefinition } from '../definition/index.js';
import { statusOf, type SagaStatus } from './instance-row.js';
import type { SagaWatch } from './saga-watch.js';
import type { SagaState } from './state.js';

/** A saga as a handle reads it: its definition and the fold of its journal. */
export interface ReadSaga {
  readonly definition: SagaDefinition | null;
  readonly state: SagaState;
}

/** A saga as the business sees it. */
export interface SagaView {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  readonly status: SagaStatus;
  /** Null when it has ended. */
  readonly currentStep: string | null;
}

/** How a saga went through. */
export interface SagaEnding {
  readonly status: 'completed';
  readonly results: SagaResults;
}

/** The data of each step's outcome event by step name. A step that was passed over has none. */
export type SagaResults = Readonly<Record<string, unknown>>;

/** The longest wait that a timer can hold, milliseconds: some 24 days. */
const longestWaitMs = 2_147_483_647;

/**
 * A saga in the hands of whoever started it, or looked it up: in any process, whoever moves it. Of a saga that was
 * started in a unit of work, nothing is to be read outside before that has committed.
 */
export class SagaHandle {
  /**
   * @param read finds the saga in the database; throws when there is none
   * @param startedAs how it stood at its start; null for one that was looked up
   */
  constructor(
    readonly id: string,
    private readonly read: (id: string) => Promise<ReadSaga>,
    private readonly watch: SagaWatch,
    readonly startedAs: SagaView | null = null,
  ) {}

  /** How it stands now. */
  async status(): Promise<SagaStatus> {
    return statusOf((await this.read(this.id)).state);
  }

  /** What its steps came to; null unless it is completed. */
  async result(): Promise<SagaResults | null> {
    const { state } = await this.read(this.id);
    return state.end === 'completed' ? resultsOf(state) : null;
  }

  /** How it stands now, and what went wrong. */
  async report(): Promise<SagaReport> {
    const { definition, state } = await this.read(this.id);
    return reportSaga(definition, state);
  }

  /**
   * Waits for the end.
   *
   * @param options.within milliseconds; default: as long as it takes
   * @param options.signal stops the waiting
   * @returns null: it has not ended in this time, or is parked on its way forward, or the application stops
   * @throws SagaFailedError when it has turned back; only once its compensations have finished or were parked, so
   *   that whoever catches it meets what they left
   * @throws Error inside a unit of work
   */
  async wait(options: { within?: number; signal?: AbortSignal } = {}): Promise<SagaEnding | null> {
    const { within = longestWaitMs, signal } = options;
    const bell = new Bell();
    const unwatch = this.watch.watch(this.id, () => bell.ring());
    const timer = setTimeout(() => bell.stop(), Math.min(within, longestWaitMs));
    const onAbort = () => bell.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) bell.stop();
    try {
      for (;;) {
        // Looked at once more after the time is up: it may have ended with it.
        const last = bell.stopped || this.watch.isClosed;
        const ending = await this.ending();
        if (ending || last) return ending;
        await bell.heard();
      }
    } finally {
      unwatch();
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private async ending(): Promise<SagaEnding | null> {
    const { definition, state } = await this.read(this.id);
    if (state.end === 'completed') return { status: 'completed', results: resultsOf(state) };
    const isOver = state.end !== null || statusOf(state) === 'parked';
    if (state.cause && isOver) throw new SagaFailedError(reportSaga(definition, state));
    return null;
  }
}

function resultsOf(state: SagaState): SagaResults {
  return Object.fromEntries(
    state.steps.flatMap(({ name, action, wait }) => {
      if (action?.status === 'succeeded') return [[name, action.result]];
      return wait?.ended?.how === 'event' ? [[name, wait.result]] : [];
    }),
  );
}

/** Remembers that it was rung while nobody listened. */
class Bell {
  stopped = false;
  private rung = false;
  private listener: (() => void) | null = null;

  ring(): void {
    this.rung = true;
    this.listener?.();
  }

  stop(): void {
    this.stopped = true;
    this.ring();
  }

  async heard(): Promise<void> {
    if (!this.rung) await new Promise<void>((resolve) => (this.listener = resolve));
    this.rung = false;
    this.listener = null;
  }
}
