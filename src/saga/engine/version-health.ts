import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { HealthRegistry, type Health } from '../../platform/observability/health/health-registry.js';
import { DefinitionRegistry } from '../definition/index.js';
import { RolloutStore } from '../rollout/rollout-store.js';
import { versionsGivenBy } from '../rollout/rollout.js';
import { namesAndVersions } from '../store/names-and-versions.js';
import { findUnknownVersions } from '../store/sql/find-unknown-versions.sql.js';

/**
 * Not ready while sagas are in flight that this build cannot carry on (others may have begun them since it started), or
 * are to begin in a version that it lacks.
 */
@Injectable()
export class VersionHealth implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly rollouts: RolloutStore,
  ) {}

  onModuleInit(): void {
    this.health.register('sagas', () => this.check());
  }

  private async check(): Promise<Health> {
    const unknown = await this.unitOfWork.query<{ definition: string; version: number; count: number }>(
      findUnknownVersions,
      namesAndVersions(this.definitions.all()),
    );
    const unknownVersions = Object.fromEntries(
      unknown.map(({ definition, version, count }) => [`${definition} v${version}`, count]),
    );
    const lacking = (await this.rollouts.all()).flatMap((rollout) =>
      versionsGivenBy(rollout)
        .filter((version) => !this.definitions.find(rollout.definition, version))
        .map((version) => `${rollout.definition} v${version}`),
    );
    return {
      up: unknown.length === 0 && lacking.length === 0,
      ...(unknown.length > 0 && { unknownVersions }),
      ...(lacking.length > 0 && { rolledOut: lacking }),
    };
  }
}
