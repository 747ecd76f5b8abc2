import { Module } from '@nestjs/common';
import { RolloutGauges } from './rollout-gauges.js';
import { SagaGauges } from './saga-gauges.js';
import { SagaMetrics } from './saga-metrics.js';

/** What `/metrics` says of sagas. Needs the global modules of sagas and metrics; without it everything else runs. */
@Module({ providers: [SagaMetrics, SagaGauges, RolloutGauges] })
export class SagaMetricsModule {}
