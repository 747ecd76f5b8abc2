import { Module, type DynamicModule } from '@nestjs/common';
import { SettingsModule } from './config/settings.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HttpModule } from './http/http.module.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { HealthModule } from './observability/health/health.module.js';
import { OutboxMetrics } from './messaging/outbox-metrics.js';
import { LoggingModule } from './observability/logging/logging.module.js';
import { MetricsModule } from './observability/metrics/metrics.module.js';
import { TimeModule } from './time/time.module.js';

/** The ground floor: settings, database, buses, HTTP, logs, metrics. Knows no business word and no saga. */
@Module({})
export class PlatformModule {
  static forRoot(options: { readonly settings: Settings; readonly databaseUrl: string }): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        SettingsModule.forRoot(options.settings),
        LoggingModule.forRoot(options.settings.logLevel),
        DatabaseModule.forRoot(options.databaseUrl),
        HealthModule,
        MetricsModule,
        MessagingModule,
        HttpModule,
        TimeModule,
      ],
      providers: [OutboxMetrics],
    };
  }
}
