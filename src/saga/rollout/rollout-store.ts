import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { changeRollout } from '../store/sql/change-rollout.sql.js';
import { ensureRollout } from '../store/sql/ensure-rollout.sql.js';
import { listRollouts } from '../store/sql/list-rollouts.sql.js';
import { lockRollout } from '../store/sql/lock-rollout.sql.js';
import type { Rollout } from './rollout.js';
import { Rollouts } from './rollouts.js';

interface Row {
  readonly rollout: Rollout;
}

/** Rollouts as operators read and change them. */
@Injectable()
export class RolloutStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rollouts: Rollouts,
  ) {}

  /** Those that somebody has changed. */
  async all(): Promise<Rollout[]> {
    const rows = await this.unitOfWork.query<Row>(listRollouts);
    return rows.map(({ rollout }) => sound(rollout));
  }

  /** Of any definition: one that nobody has changed is as the build has it. */
  async of(definition: string): Promise<Rollout> {
    const found = (await this.all()).find((rollout) => rollout.definition === definition);
    return found ?? this.untouched(definition);
  }

  /** As the build has it, before anybody says anything. */
  untouched(definition: string): Rollout {
    return this.rollouts.untouched(definition);
  }

  /** Locks it for the rest of the unit of work, to be changed there. `now`: the database's clock once it is locked. */
  async lock(definition: string): Promise<{ rollout: Rollout; now: string }> {
    const untouched = this.untouched(definition);
    await this.unitOfWork.query(ensureRollout, [definition, JSON.stringify(untouched.shares)]);
    const [row] = await this.unitOfWork.query<Row & { now: Date }>(lockRollout, [definition]);
    const { rollout, now } = row!;
    return { rollout: rollout.revision === 0 ? untouched : sound(rollout), now: now.toISOString() };
  }

  /** @returns it as it is from the commit on */
  async change(rollout: Rollout, by: string): Promise<Rollout> {
    const { definition, shares, rules, stickyBy, states, guard, breach } = rollout;
    const [row] = await this.unitOfWork.query<Row>(changeRollout, [
      definition,
      JSON.stringify(shares),
      JSON.stringify(rules),
      stickyBy,
      JSON.stringify(states),
      guard && JSON.stringify(guard),
      breach && JSON.stringify(breach),
      by,
    ]);
    return sound(row!.rollout);
  }
}

/** PostgreSQL writes times inside JSON with an offset and microseconds. */
function sound(rollout: Rollout): Rollout {
  return { ...rollout, changedAt: rollout.changedAt && new Date(rollout.changedAt).toISOString() };
}
