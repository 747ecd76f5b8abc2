import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../../platform/config/settings.js';
import { Signals } from '../../../platform/messaging/signals.js';
import { Lookout, whenever } from '../../../platform/messaging/lookout.js';
import { Errand, type Pause } from '../../../platform/time/errand.js';
import { DependencyStore, type StoredDependency } from '../../store/dependency-store.js';
import { BreakerSettings } from './breaker-policy.js';
import { Dependencies } from './dependencies.js';

/** A saga that was rung to probe has so long to call before another one is rung, in milliseconds. */
const ringEveryMs = 3_000;
/** A worker that comes late lets go what would have gone in so long, in milliseconds, and not all that it missed. */
const letGoForMs = 2_000;

/** That there is a breaker of which a worker has to know more than that all is well. */
const notCalm = (silenceSeconds: number) => `EXISTS (
  SELECT FROM saga.dependency d
   WHERE d.state <> 'closed'
      OR d.failures > 0 AND d.failed_at > now() - make_interval(secs => ${silenceSeconds})
      OR EXISTS (SELECT FROM saga.live_instance i WHERE i.held_for = d.name))`;

/**
 * Wakes what rests because of a breaker: one saga when it is time to probe, and once it has closed all of them, so
 * many a second. With nothing but the database: a saga whose ring is lost is rung again at the next look.
 */
@Injectable()
export class OutageWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(OutageWatch.name);
  private readonly looking = new Errand(
    () => this.look(),
    (error) => {
      this.log.warn({ err: error }, 'The breakers could not be looked at; it is tried again.');
      return this.breakers.policy.lookEveryMs;
    },
  );

  constructor(
    private readonly dependencies: Dependencies,
    private readonly store: DependencyStore,
    private readonly signals: Signals,
    private readonly breakers: BreakerSettings,
    private readonly settings: Settings,
    lookout: Lookout,
  ) {
    if (settings.role === 'api') return;
    signals.listen('saga_dependency', () => {
      dependencies.forget();
      this.looking.call();
    });
    lookout.watch({
      name: 'dependencies',
      dueIn: whenever(notCalm(breakers.policy.silenceMs / 1_000)),
      due: () => this.looking.call(),
      calm: (askedAt) => dependencies.calm(askedAt, 2 * lookout.everyMs),
    });
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.looking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  private async look(): Promise<Pause> {
    const known = await this.dependencies.look();
    let rung = 0;
    for (const dependency of known) rung += await this.ring(dependency);
    if (rung > 0) this.signals.raise('saga_due');
    if (known.some(({ state, holding }) => state !== 'closed' || holding)) {
      return this.breakers.policy.lookEveryMs;
    }
  }

  /** @returns how many sagas it rang */
  private async ring({ name, state, probeAt, holding, now }: StoredDependency): Promise<number> {
    if (!holding) return 0;
    if (state === 'closed') return this.store.ringHeld(name, letGoForMs);
    return probeAt !== null && probeAt <= now ? this.store.ringProber(name, ringEveryMs) : 0;
  }
}
