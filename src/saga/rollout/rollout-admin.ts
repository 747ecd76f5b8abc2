import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Actor } from '../../platform/http/actor.js';
import { requireMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { Problem } from '../../platform/http/problem.js';
import { AuditLog } from '../admin/audit-log.js';
import { definitionNotFound } from '../admin/saga-problems.js';
import { countInFlightOf } from '../store/sql/count-in-flight-of.sql.js';
import { DefinitionRegistry } from '../definition/index.js';
import { evidenceOf, threshold } from './guard.js';
import { Observations } from './observations.js';
import { consequencesOf, type InFlight } from './rollout-consequences.js';
import { faultsOfRollout, usesOf } from './judge-rollout.js';
import type { PutRolloutRequest, PutStateRequest } from './rollout.request.dto.js';
import type { RolloutReport } from './rollout.response.dto.js';
import { glanceAtRollout } from './rollout-glance.js';
import { noSuchDefinition } from './rollout-problems.js';
import { RolloutStore } from './rollout-store.js';
import { stateOf, type Rollout } from './rollout.js';

/** Who changes a rollout, and which revision he has seen; null: any. */
export interface ChangeAsked {
  readonly actor: Actor;
  readonly expected: ExpectedVersion;
}

/** Rollouts as operators see and change them: one at a time, audited in the same transaction. */
@Injectable()
export class RolloutAdmin {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly store: RolloutStore,
    private readonly audit: AuditLog,
    private readonly observations: Observations,
  ) {}

  /** @throws Problem 404 `SAGA.DEFINITION_NOT_FOUND` */
  async read(name: string): Promise<RolloutReport> {
    this.versionsOf(name);
    return this.report(await this.store.of(name));
  }

  /**
   * Who gets which version from the next saga on, in every process. A breach that was found is done with.
   * @returns it as it is from the commit on
   * @throws Problem 404 `SAGA.DEFINITION_NOT_FOUND`, 412, 422 `SAGA.ROLLOUT_UNFIT` with all that cannot be
   */
  put(name: string, wish: PutRolloutRequest, asked: ChangeAsked): Promise<RolloutReport> {
    const known = this.versionsOf(name);
    const { reason, guard, ...parts } = wish;
    return this.change('rollout.put', name, reason, asked, (before, now) => {
      const since = { slowAfterMs: null, ...guard, since: now } as Rollout['guard'];
      const after: Rollout = { ...before, ...parts, guard: guard ? since : null, breach: null };
      const errors = faultsOfRollout(after, known);
      if (errors.length === 0) return after;
      const detail = 'The rollout cannot be as it is wished for; all that is in its way is listed.';
      throw new Problem({ status: 422, code: 'SAGA.ROLLOUT_UNFIT', detail, errors });
    });
  }

  /**
   * Makes a version active, deprecated or closed.
   * @throws Problem 404 `SAGA.DEFINITION_NOT_FOUND`, 409 `SAGA.VERSION_IN_USE` when one that is to be closed still gets
   *   new sagas, 412
   */
  putState(
    name: string,
    version: number,
    { state, reason }: PutStateRequest,
    asked: ChangeAsked,
  ): Promise<RolloutReport> {
    if (!this.versionsOf(name).has(version)) throw definitionNotFound(name, version, 0);
    return this.change('rollout.state', name, reason, asked, (before) => {
      const uses = state === 'closed' ? usesOf(before, version) : [];
      if (uses.length > 0) {
        throw new Problem({
          status: 409,
          code: 'SAGA.VERSION_IN_USE',
          detail: `Version ${version} still gets new sagas: ${uses.join('; ')}. Change the rollout first.`,
          details: { state: stateOf(before, version), uses },
        });
      }
      return { ...before, states: { ...before.states, [version]: state } };
    });
  }

  private change(
    action: string,
    name: string,
    reason: string,
    { actor, expected }: ChangeAsked,
    changed: (before: Rollout, now: string) => Rollout,
  ): Promise<RolloutReport> {
    return this.unitOfWork.run(async () => {
      const { rollout: before, now } = await this.store.lock(name);
      requireMatch(expected, before.revision);
      const after = await this.store.change(changed(before, now), actor.name);
      await this.audit.record({
        ...{ actor, action, sagaId: null, reason },
        before: glanceAtRollout(before),
        after: glanceAtRollout(after),
      });
      return this.report(after);
    });
  }

  private async report(rollout: Rollout): Promise<RolloutReport> {
    const inFlight = await this.unitOfWork.query<InFlight>(countInFlightOf, [rollout.definition]);
    const states = Object.fromEntries(
      this.definitions.versions(rollout.definition).map((version) => [version, stateOf(rollout, version)]),
    );
    const guard = await this.guardOf(rollout);
    const consequences = consequencesOf(rollout, inFlight);
    return { ...rollout, states, guard, inFlight, consequences };
  }

  private async guardOf({ definition, guard }: Rollout): Promise<RolloutReport['guard']> {
    if (!guard) return null;
    const observed = await this.observations.of(definition, guard);
    const evidence = evidenceOf(guard, observed).map((found) => [found.metric, found.evidence] as const);
    return { ...guard, observed, evidence: Object.fromEntries(evidence), needed: threshold(guard) };
  }

  private versionsOf(name: string): ReadonlySet<number> {
    const versions = this.definitions.versions(name);
    if (versions.length === 0) throw noSuchDefinition(name);
    return new Set(versions);
  }
}
