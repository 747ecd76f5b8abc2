import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health-registry.js';

/** `/health/*`. Global, so that whoever knows of a condition can inject `HealthRegistry` and add it. */
@Global()
@Module({
  // Its logger would write each failed probe a second time, and not as JSON.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthRegistry, DatabaseHealth],
  exports: [HealthRegistry],
})
export class HealthModule {}
