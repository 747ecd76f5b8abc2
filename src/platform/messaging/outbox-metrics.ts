import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from '../observability/metrics/metrics.js';
import { readOutboxLag } from './sql/read-outbox-lag.sql.js';

/** How far deliveries are behind. */
@Injectable()
export class OutboxMetrics {
  constructor(metrics: Metrics, unitOfWork: UnitOfWork) {
    const lag = metrics.gauge({
      name: 'outbox_lag_seconds',
      help: 'How long the longest due delivery of the outbox has been waiting; 0 when none is due.',
    });
    metrics.reading({
      name: 'outbox',
      gauges: [lag],
      ask: () => unitOfWork.query<{ lag: number | null }>(readOutboxLag),
      show: ([row]) => lag.set(Math.max(0, row?.lag ?? 0)),
    });
  }
}
