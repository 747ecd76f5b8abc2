import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry, describeDefinition, fingerprint } from '../definition/index.js';
import { definitionDiagram } from '../definition/mermaid.js';
import type { SagaStatus } from '../engine/instance-row.js';
import { RolloutStore } from '../rollout/rollout-store.js';
import { shareOf, stateOf, type Rollout } from '../rollout/rollout.js';
import { countSagasInFlight } from '../store/sql/count-sagas-in-flight.sql.js';
import { definitionNotFound } from './saga-problems.js';
import type { SagaDefinitionReport, VersionSummary, VersionReport } from './saga-definition.response.dto.js';

interface Count {
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly count: number;
}

/** The definitions of this build, and those that sagas in flight still need. */
@Injectable()
export class DefinitionCatalogue {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly rollouts: RolloutStore,
  ) {}

  /** By name; each with its versions, ascending. */
  async all(): Promise<SagaDefinitionReport[]> {
    const counts = await this.counts();
    const rollouts = await this.rollouts.all();
    const known = this.definitions.all();
    const names = new Set([...known.map(({ name }) => name), ...counts.map(({ definition }) => definition)]);
    return [...names].sort().map((name) => {
      const mine = counts.filter(({ definition }) => definition === name);
      const versions = new Set([...this.definitions.versions(name), ...mine.map(({ version }) => version)]);
      const ascending = [...versions].sort((a, b) => a - b);
      const rollout = rollouts.find(({ definition }) => definition === name) ?? this.rollouts.untouched(name);
      const { revision } = rollout;
      return { name, revision, versions: ascending.map((version) => this.summary(rollout, version, mine)) };
    });
  }

  /** @throws Problem 404 `SAGA.DEFINITION_NOT_FOUND` when this build does not have it */
  async one(name: string, version: number): Promise<VersionReport> {
    const counts = await this.counts();
    const rollout = await this.rollouts.of(name);
    const summary = this.summary(rollout, version, counts);
    const definition = this.definitions.find(name, version);
    if (!definition) throw definitionNotFound(name, version, summary.inFlight);
    const { deadlineMs, steps, compensations, closings, events, unexpected, startedBy } =
      describeDefinition(definition);
    return {
      name,
      revision: rollout.revision,
      ...summary,
      deadlineMs,
      startedBy,
      steps: steps.map((step) => ({
        ...step,
        compensation: compensations.find((compensation) => compensation.step === step.name) ?? null,
      })),
      closings,
      events,
      unexpected,
      diagram: definitionDiagram(definition),
    };
  }

  private summary(rollout: Rollout, version: number, counts: readonly Count[]): VersionSummary {
    const { definition: name } = rollout;
    const definition = this.definitions.find(name, version);
    const state = definition ? stateOf(rollout, version) : 'unknown';
    const mine = counts.filter((count) => count.definition === name && count.version === version);
    const inFlight = mine.reduce((sum, { count }) => sum + count, 0);
    return {
      version,
      state,
      share: shareOf(rollout, version),
      removable: state === 'closed' && inFlight === 0,
      inFlight,
      inFlightByStatus: Object.fromEntries(mine.map(({ status, count }) => [status, count])),
      fingerprint: definition && fingerprint(definition),
    };
  }

  private counts(): Promise<Count[]> {
    return this.unitOfWork.query<Count>(countSagasInFlight);
  }
}
