import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { RiskBooks, type FailureKey, type FailureRisk, type Goods, type Money } from '../../saga/index.js';
import { aboutOrders } from '../about-orders.js';
import { readMoneyOfFailures } from './sql/read-money-of-failures.sql.js';
import { readMoneyOfSagas } from './sql/read-money-of-sagas.sql.js';
import { readStockOfFailures } from './sql/read-stock-of-failures.sql.js';

/** What of the orders' money and goods is at risk, from the modules' books; one statement each. */
@Injectable()
export class OrderRiskBooks extends RiskBooks {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async ofFailures(): Promise<readonly FailureRisk[]> {
    const orders = [[...aboutOrders]];
    const [money, stock] = await Promise.all([
      this.unitOfWork.query<FailureKey & Money>(readMoneyOfFailures, orders),
      this.unitOfWork.query<FailureKey & Goods>(readStockOfFailures, orders),
    ]);
    const risks = new Map<string, FailureKey & { money: Money[]; stock: Goods[] }>();
    const riskOf = ({ definition, version, step, errorCode }: FailureKey) => {
      const name = JSON.stringify([definition, version, step, errorCode]);
      const risk = risks.get(name) ?? { definition, version, step, errorCode, money: [], stock: [] };
      risks.set(name, risk);
      return risk;
    };
    for (const row of money) riskOf(row).money.push({ currency: row.currency, amount: row.amount });
    for (const row of stock) riskOf(row).stock.push({ sku: row.sku, quantity: row.quantity });
    return [...risks.values()];
  }

  moneyOf(sagaIds: readonly string[]): Promise<readonly Money[]> {
    return this.unitOfWork.query<Money>(readMoneyOfSagas, [[...aboutOrders], sagaIds]);
  }
}
