import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { IdempotencyModule } from '../messaging/idempotency/idempotency.module.js';
import { WebhooksModule } from '../messaging/webhooks/webhooks.module.js';
import { TimeModule } from '../time/time.module.js';
import { AccessCheck } from './access-check.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { OperationsPort } from './operations-port.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { LastAnswers } from './last-answers.js';
import { PreferWaitInterceptor } from './prefer-wait.interceptor.js';
import { Routes } from './routes.js';
import { ThrottleGuard } from './throttle.guard.js';
import { SoundInputGuard } from './validation/sound-input.guard.js';
import { UnknownQueryGuard } from './validation/unknown-query.guard.js';
import { SchemaPipe } from './validation/schema.pipe.js';

/**
 * What every request passes, in this order: key, rate, shape; wait around idempotency around the method; and one
 * filter for whatever is thrown. The order of the providers is the order of the guards and interceptors.
 */
@Module({
  imports: [DiscoveryModule, TimeModule, IdempotencyModule, WebhooksModule],
  providers: [
    Routes,
    AccessCheck,
    OperationsPort,
    LastAnswers,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: ThrottleGuard },
    { provide: APP_GUARD, useClass: SoundInputGuard },
    { provide: APP_GUARD, useClass: UnknownQueryGuard },
    { provide: APP_INTERCEPTOR, useClass: PreferWaitInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useClass: SchemaPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class HttpModule {}
