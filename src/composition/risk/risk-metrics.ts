import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import { RiskBooks } from '../../saga/index.js';

/**
 * What failing sagas put at risk, as `GET /v1/admin/failures` says, whoever moves them: every process shows the same.
 *
 * It is the same question too, so that the two never disagree. It reads failing sagas and their orders' books only, however
 * many others there are. Steps, codes and products are left to that list: together they would be too many labels.
 */
@Injectable()
export class RiskMetrics {
  constructor(metrics: Metrics, books: RiskBooks) {
    const money = metrics.gauge({
      name: 'saga_money_at_risk_minor_units',
      help: 'Of the orders of failing sagas: money captured and not given back, and charges pending or unknown.',
      labels: ['definition', 'version', 'currency'],
    });
    const stock = metrics.gauge({
      name: 'saga_stock_at_risk_pieces',
      help: 'Of the orders of failing sagas: pieces of all products that are reserved, or were taken and not returned.',
      labels: ['definition', 'version'],
    });
    metrics.reading({
      name: 'what is at risk',
      gauges: [money, stock],
      ask: () => books.ofFailures(),
      show: (risks) => {
        for (const { definition, version, ...risk } of risks) {
          for (const { currency, amount } of risk.money) money.inc({ definition, version, currency }, amount);
          for (const { quantity } of risk.stock) stock.inc({ definition, version }, quantity);
        }
      },
    });
  }
}
