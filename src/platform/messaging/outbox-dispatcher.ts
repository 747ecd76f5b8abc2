import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { failpoint } from '../failpoints/failpoint.js';
import { startSpan, type OpenSpan } from '../observability/trace/span.js';
import { goingOnIn, storedTrace } from '../observability/trace/trace-context.js';
import { Settings } from '../config/settings.js';
import { Errand } from '../time/errand.js';
import { EventSubscribers } from './event-subscribers.js';
import { Lookout } from './lookout.js';
import { Outbox } from './outbox.js';
import { postponeDelivery } from './sql/postpone-delivery.sql.js';
import { takeDelivery } from './sql/take-delivery.sql.js';

/** The longest a failing delivery waits for its next attempt, in seconds. */
const longestDelaySeconds = 300;

interface Taken {
  id: number;
  subscriber: string;
  type: string;
  payload: unknown;
  attempts: number;
  /** Of whoever published it; null: it was in no trace. */
  traceparent: string | null;
}

/**
 * Brings stored events to the `@EventsHandler`s, each in a transaction of its own together with its mark: at
 * least once, and exactly once for what the handler writes to this database. A handler that fails is tried again
 * with growing delays and holds up nobody but later events about the same key for itself.
 */
@Injectable()
export class OutboxDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(OutboxDispatcher.name);
  private readonly delivering = new Errand(
    () => this.deliverAll(),
    (error) => this.log.error('The outbox could not be read; it is tried again.', error),
  );
  private stopped = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly subscribers: EventSubscribers,
    private readonly settings: Settings,
    lookout: Lookout,
  ) {
    if (settings.role === 'api') return;
    // What other processes stored, and what is to be tried again.
    const dueIn = 'SELECT extract(epoch FROM min(due_at) - now()) FROM platform.delivery';
    lookout.watch({ name: 'deliveries', dueIn, due: () => this.wake() });
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.outbox.onStored(() => this.wake());
    this.delivering.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.delivering.stop();
  }

  /** Delivers what is due, now. Calls while it runs are folded into one more run. */
  wake(): void {
    this.delivering.call();
  }

  private async deliverAll(): Promise<void> {
    const { names, types } = this.subscribers.pairs();
    if (names.length === 0) return;
    while (!this.stopped && (await this.deliverOne(names, types)));
  }

  /** False when nothing is due. */
  private async deliverOne(names: readonly string[], types: readonly string[]): Promise<boolean> {
    let taken: Taken | undefined;
    let span: OpenSpan | null | undefined;
    try {
      await this.unitOfWork.run(async () => {
        [taken] = await this.unitOfWork.query<Taken>(takeDelivery, [names, types]);
        if (!taken) return;
        const event = this.subscribers.revive(taken.type, taken.payload);
        const subscriber = this.subscribers.find(taken.subscriber);
        if (!event || !subscriber) throw new Error(`Nobody here hears ${taken.type} as ${taken.subscriber}.`);
        await failpoint('delivery.taken');
        span = spanOf(taken);
        const trace = span?.trace ?? storedTrace(taken.traceparent);
        await goingOnIn(trace, async () => {
          await subscriber.handler.handle(event);
        });
      }, 'delivery');
      span?.end({});
    } catch (error) {
      span?.end({ failed: error instanceof Error ? error.name : 'error' });
      if (!taken) throw error;
      await this.postpone(taken, error);
    }
    return taken !== undefined;
  }

  private async postpone(taken: Taken, error: unknown): Promise<void> {
    const seconds = Math.min(2 ** taken.attempts, longestDelaySeconds);
    const text = error instanceof Error ? error.message : String(error);
    this.log.error(
      {
        subscriber: taken.subscriber,
        event: taken.type,
        attempt: taken.attempts + 1,
        retryInSeconds: seconds,
        err: error,
      },
      `${taken.subscriber} failed on ${taken.type}; it gets it again in ${seconds} s.`,
    );
    await this.unitOfWork.query(postponeDelivery, [taken.id, seconds, text.replaceAll('\u0000', '')]);
  }
}

/** Null also for an event in no trace: only a request begins one. */
function spanOf({ traceparent, type, subscriber, attempts }: Taken): OpenSpan | null {
  if (traceparent === null) return null;
  const attributes = { 'event.type': type, 'event.subscriber': subscriber, 'event.attempt': attempts + 1 };
  return startSpan({ name: `deliver ${type}`, kind: 'consumer', parent: traceparent, attributes });
}
