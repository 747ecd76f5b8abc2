import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { HealthRegistry, type Health } from '../../platform/observability/health/health-registry.js';
import { DefinitionRegistry } from '../definition/index.js';
import { countSagasInFlight } from '../store/sql/count-sagas-in-flight.sql.js';

/** Not ready while sagas are in flight that this build cannot carry on. */
@Injectable()
export class VersionHealth implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register('sagas', () => this.check());
  }

  private async check(): Promise<Health> {
    const rows = await this.unitOfWork.query<{ definition: string; version: number; count: number }>(
      countSagasInFlight,
    );
    const unknown = new Map<string, number>();
    for (const { definition, version, count } of rows) {
      if (this.definitions.find(definition, version)) continue;
      const name = `${definition} v${version}`;
      unknown.set(name, (unknown.get(name) ?? 0) + count);
    }
    return unknown.size > 0 ? { up: false, unknownVersions: Object.fromEntries(unknown) } : { up: true };
  }
}
