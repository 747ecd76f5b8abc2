import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { HealthRegistry, type Health } from '../observability/health/health-registry.js';
import { readOutboxLag } from './sql/read-outbox-lag.sql.js';

/** A failing delivery is due later each time; one that stays due this long, in seconds, is brought by nobody. */
const longestLag = 60;

/** Not ready while stored events reach nobody: no worker runs, or none gets on. */
@Injectable()
export class OutboxHealth implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  onModuleInit(): void {
    this.health.register('outbox', () => this.check());
  }

  private async check(): Promise<Health> {
    const [row] = await this.unitOfWork.query<{ lag: number | null }>(readOutboxLag);
    const lagSeconds = Math.max(0, Math.round(row?.lag ?? 0));
    return { up: lagSeconds <= longestLag, lagSeconds };
  }
}
