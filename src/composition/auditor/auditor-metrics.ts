import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import { Reports } from './reports.js';

/** What the last report says, whichever process made it. */
@Injectable()
export class AuditorMetrics {
  constructor(metrics: Metrics, reports: Reports) {
    const violations = metrics.gauge({
      name: 'auditor_violations',
      help: 'Violations in the last report of the auditor.',
      labels: ['code'],
    });
    const checkedAt = metrics.gauge({
      name: 'auditor_checked_timestamp_seconds',
      help: 'When the last check began, in seconds since 1970.',
    });
    metrics.reading({
      name: 'auditor',
      gauges: [violations, checkedAt],
      ask: () => reports.last(),
      show: (report) => {
        if (!report) return;
        checkedAt.set(report.checkedAt.getTime() / 1_000);
        for (const { code } of report.violations) violations.inc({ code });
      },
    });
  }
}
