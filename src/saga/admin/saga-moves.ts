import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Actor } from '../../platform/http/actor.js';
import { Problem } from '../../platform/http/problem.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { Requests, type SeenSaga } from '../engine/requests.js';
import { MoveRefused, StimulusRefused, type Move } from '../engine/stimulus.js';
import { findSagasOfVersion } from '../store/sql/find-sagas-of-version.sql.js';
import { AuditLog } from './audit-log.js';
import type { BulkMoveRequest } from './bulk-move.request.dto.js';
import type { BulkMoveResponse, MoveOutcome } from './bulk-move.response.dto.js';
import { glanceWithVersion } from './saga-glance.js';
import { definitionNotFound, definitionUnknown } from './saga-problems.js';

/** Before the id of every saga. */
const noSaga = '00000000-0000-0000-0000-000000000000';

interface Found {
  readonly id: string;
  readonly correlationId: string;
}

/** Moves the sagas of a version, some at a time: what is refused stays, with the reason. */
@Injectable()
export class SagaMoves {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly requests: Requests,
    private readonly definitions: DefinitionRegistry,
    private readonly audit: AuditLog,
  ) {}

  /**
   * All in one commit, each with its audit entry. Whoever gets no answer asks again: those that were moved are not
   * found any more.
   *
   * @throws Problem 404 for a definition that nobody knows, 409 for versions that this build does not have, or that are
   * the same
   */
  async move(name: string, asked: BulkMoveRequest, actor: Actor): Promise<BulkMoveResponse> {
    const { from, reason, dryRun, limit, after = noSaga } = asked;
    const to = this.target(name, from, asked.to);
    return this.unitOfWork.run(async () => {
      const found = await this.unitOfWork.query<Found>(findSagasOfVersion, [name, from, after, limit]);
      const stimulus = { kind: 'move', to, by: actor.name, reason } as const;
      const items: MoveOutcome[] = [];
      // One after the other: they share a connection.
      for (const saga of found) items.push(await this.moveOne(saga, stimulus, dryRun, actor));
      return {
        dryRun,
        moved: items.filter(({ outcome }) => outcome === 'moved').length,
        refused: items.filter(({ outcome }) => outcome === 'refused').length,
        items,
        next: found.length < limit ? null : (found.at(-1)?.id ?? null),
      };
    });
  }

  private async moveOne(saga: Found, stimulus: Move, dryRun: boolean, actor: Actor): Promise<MoveOutcome> {
    const { id: sagaId, correlationId } = saga;
    let before = null as SeenSaga | null;
    const look = (seen: SeenSaga) => void (before = seen);
    try {
      const after = await (dryRun
        ? this.requests.preview(sagaId, stimulus, look)
        : this.requests.apply(sagaId, stimulus, look));
      if (!dryRun && before && after) await this.record(stimulus, actor, before, after);
      return { sagaId, correlationId, outcome: 'moved', code: null, step: null, reason: null };
    } catch (error) {
      // Nothing of it was written: the decider was asked first.
      if (!(error instanceof StimulusRefused)) throw error;
      const { code, message } = error;
      const [step, reason] = error instanceof MoveRefused ? [error.step, error.why] : [null, message];
      return { sagaId, correlationId, outcome: 'refused', code, step, reason };
    }
  }

  private record({ reason }: Move, actor: Actor, before: SeenSaga, after: SeenSaga): Promise<void> {
    return this.audit.record({
      actor,
      action: 'saga.move',
      sagaId: before.state.id,
      reason,
      before: glanceWithVersion(before),
      after: glanceWithVersion(after),
    });
  }

  private target(name: string, from: number, to: number): SagaDefinition {
    if (this.definitions.versions(name).length === 0) throw definitionNotFound(name, from, 0);
    if (!this.definitions.find(name, from)) throw definitionUnknown(name, from);
    const target = this.definitions.find(name, to);
    if (!target) throw definitionUnknown(name, to);
    if (from !== to) return target;
    const detail = `Version ${to} is the version to be moved from.`;
    throw new Problem({ status: 409, code: 'SAGA.SAME_VERSION', detail });
  }
}
