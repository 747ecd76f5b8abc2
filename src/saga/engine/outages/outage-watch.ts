import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../../platform/config/settings.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { periodically, type Periodical } from '../../../platform/time/periodically.js';
import { DependencyStore, type StoredDependency } from '../../store/dependency-store.js';
import { BreakerSettings } from './breaker-policy.js';
import { Dependencies } from './dependencies.js';

/** A saga that was rung to probe has so long to call before another one is rung, in milliseconds. */
const ringEveryMs = 3_000;
/** A worker that comes late lets go what would have gone in so long, in milliseconds, and not all that it missed. */
const letGoForMs = 2_000;

/**
 * Wakes what rests because of a breaker: one saga when it is time to probe, and once it has closed all of them, so
 * many a second. With nothing but the database: a saga whose ring is lost is rung again at the next look.
 */
@Injectable()
export class OutageWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(OutageWatch.name);
  private looking: Periodical | null = null;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly store: DependencyStore,
    private readonly signals: Signals,
    private readonly breakers: BreakerSettings,
    private readonly settings: Settings,
  ) {
    if (settings.role !== 'api') signals.listen('saga_dependency', () => dependencies.forget());
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.looking = periodically(
      this.breakers.policy.lookEveryMs,
      () => this.look(),
      (error) => this.log.warn({ err: error }, 'The breakers could not be looked at; it is tried again.'),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking?.stop();
  }

  private async look(): Promise<void> {
    let rung = 0;
    for (const dependency of await this.dependencies.look()) rung += await this.ring(dependency);
    if (rung > 0) this.signals.raise('saga_due');
  }

  /** @returns how many sagas it rang */
  private async ring({ name, state, probeAt, holding, now }: StoredDependency): Promise<number> {
    if (!holding) return 0;
    if (state === 'closed') return this.store.ringHeld(name, letGoForMs);
    return probeAt !== null && probeAt <= now ? this.store.ringProber(name, ringEveryMs) : 0;
  }
}
