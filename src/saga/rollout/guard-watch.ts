import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Lookout, whenever } from '../../platform/messaging/lookout.js';
import { Errand, type Pause } from '../../platform/time/errand.js';
import { AuditLog } from '../admin/audit-log.js';
import { listGuardedRollouts } from '../store/sql/list-guarded-rollouts.sql.js';
import { takeGuardedRollout } from '../store/sql/take-guarded-rollout.sql.js';
import { judge } from './guard.js';
import { Observations } from './observations.js';
import { glanceAtRollout } from './rollout-glance.js';
import { RolloutStore } from './rollout-store.js';
import type { Breach, Rollout } from './rollout.js';
import { takenBack } from './take-back.js';

/** A bad candidate's share is taken back within seconds of the order that decides: this, and one more such period. */
const lookEveryMs = 1_000;

/** Who it was, in the audit and as the rollout's last changer. */
const actor = { name: 'guard', role: 'guard' };

/**
 * Judges guarded rollouts, once a second while there are any, in one of the processes that advance sagas at a time.
 * Everything that it goes by is in the database: a process that dies over it leaves nothing behind.
 */
@Injectable()
export class GuardWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(GuardWatch.name);
  private readonly looking = new Errand(
    () => this.look(),
    (error) => {
      this.log.warn({ err: error }, 'The guards could not look; they do so again in a second.');
      return lookEveryMs;
    },
  );

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: RolloutStore,
    private readonly observations: Observations,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
    lookout: Lookout,
  ) {
    if (settings.role === 'api') return;
    const dueIn = whenever('EXISTS (SELECT FROM saga.rollout WHERE guard IS NOT NULL)');
    lookout.watch({ name: 'guards', dueIn, due: () => this.looking.call() });
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.looking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  private async look(): Promise<Pause> {
    const guarded = await this.unitOfWork.query<{ definition: string }>(listGuardedRollouts);
    for (const { definition } of guarded) {
      await this.unitOfWork.run(() => this.judge(definition), 'guard');
    }
    if (guarded.length > 0) return lookEveryMs;
  }

  private async judge(definition: string): Promise<void> {
    const [taken] = await this.unitOfWork.query<{ rollout: Rollout; now: Date }>(takeGuardedRollout, [
      definition,
    ]);
    if (!taken?.rollout.guard) return;
    const { rollout: before, now } = taken;
    const counts = await this.observations.of(definition, taken.rollout.guard);
    const finding = judge(taken.rollout.guard, counts);
    if (!finding) return;
    const after = await this.store.change(
      takenBack(before, { ...finding, counts }, now.toISOString()),
      actor.name,
    );
    await this.audit.record({
      ...{ actor, action: 'rollout.breach', sagaId: null },
      reason: reasonOf(after.breach!),
      before: glanceAtRollout(before),
      after: glanceAtRollout(after),
    });
    this.unitOfWork.afterCommit(() => this.tell(after));
  }

  private tell({ definition, revision, breach }: Rollout): void {
    const { guard, share, metric, evidence, counts } = breach!;
    const { candidate, control } = guard;
    this.log.error(
      { definition, candidate, control, share, metric, evidence, counts, revision },
      'A guard has taken a version back: new sagas get the control instead. See rollout/breach for those in flight.',
    );
  }
}

function reasonOf({ metric, evidence, counts, guard, share }: Breach): string {
  const rate = (version: 'candidate' | 'control') =>
    `${counts[version][metric]} of ${counts[version].started}`;
  return (
    `${metric} of v${guard.candidate}: ${rate('candidate')}, of v${guard.control}: ${rate('control')}; evidence ` +
    `${evidence.toPrecision(3)}. Its share of ${share} % went to v${guard.control}.`
  );
}
