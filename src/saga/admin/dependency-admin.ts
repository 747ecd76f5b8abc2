import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Actor } from '../../platform/http/actor.js';
import { requireMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { Signals } from '../../platform/messaging/signals.js';
import { engineError } from '../engine/errors.js';
import { DependencyStore } from '../store/dependency-store.js';
import { holdDependency } from '../store/sql/hold-dependency.sql.js';
import { releaseDependency } from '../store/sql/release-dependency.sql.js';
import { AuditLog } from './audit-log.js';
import { glanceAtDependency } from './dependency-glance.js';
import { DependencyReader } from './dependency-reader.js';
import type { DependencyReport } from './dependency.response.dto.js';
import { doesNotApply } from './saga-problems.js';

/** An operator's word about a dependency. */
export interface DependencyAction {
  readonly reason: string;
  readonly actor: Actor;
  /** The revision that the operator has seen; null: any. */
  readonly expected: ExpectedVersion;
}

/** Dependencies held and released by hand, audited in the same transaction. A hold ends whatever the breaker did. */
@Injectable()
export class DependencyAdmin {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: DependencyStore,
    private readonly reader: DependencyReader,
    private readonly audit: AuditLog,
    private readonly signals: Signals,
  ) {}

  /**
   * No call is made until it is released; nobody probes.
   * @returns it as it is afterwards
   * @throws Problem 404, 409 `SAGA.DEPENDENCY_HELD` when it is held by hand already, 412
   */
  hold(name: string, asked: DependencyAction): Promise<DependencyReport> {
    return this.change('hold', name, asked, async (before) => {
      if (before.state === 'held') {
        throw doesNotApply(
          'SAGA.DEPENDENCY_HELD',
          'The dependency is held by hand already.',
          glanceAtDependency(before),
        );
      }
      const error = engineError('SAGA.DEPENDENCY_HELD', `An operator holds all calls of "${name}".`);
      await this.unitOfWork.query(holdDependency, [
        name,
        asked.actor.name,
        asked.reason,
        JSON.stringify(error),
      ]);
    });
  }

  /**
   * Closes it, held by hand or open; or lets go faster or slower what an outage has left held.
   * @param ratePerSecond held sagas that are let go a second
   * @returns it as it is afterwards
   * @throws Problem 404, 409 `SAGA.DEPENDENCY_NOT_HELD` when it holds nothing, 412
   */
  release(name: string, ratePerSecond: number, asked: DependencyAction): Promise<DependencyReport> {
    return this.change('release', name, asked, async (before) => {
      if (before.state === 'closed' && before.heldSagas === 0) {
        throw doesNotApply(
          'SAGA.DEPENDENCY_NOT_HELD',
          'The dependency is closed, and nothing is held because of it.',
          glanceAtDependency(before),
        );
      }
      await this.unitOfWork.query(releaseDependency, [name, ratePerSecond]);
    });
  }

  private async change(
    action: 'hold' | 'release',
    name: string,
    { reason, actor, expected }: DependencyAction,
    apply: (before: DependencyReport) => Promise<void>,
  ): Promise<DependencyReport> {
    return this.unitOfWork.run(async () => {
      // Looked for first: a name that nobody knows gets no row.
      await this.reader.lock(name);
      await this.store.ensure([name]);
      const before = await this.reader.lock(name);
      requireMatch(expected, before.revision);
      await apply(before);
      const after = await this.reader.lock(name);
      await this.audit.record({
        actor,
        action: `dependency.${action}`,
        sagaId: null,
        reason,
        before: glanceAtDependency(before),
        after: glanceAtDependency(after),
      });
      this.unitOfWork.afterCommit(() => this.signals.raise('saga_dependency'));
      return after;
    });
  }
}
