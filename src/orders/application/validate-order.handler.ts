import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { ValidateOrder } from '../contracts/order-commands.js';
import { OrderValidated } from '../contracts/order-events.js';
import type { RuleSubject } from '../domain/rules/rule.js';
import { summaryOf, violationsOf } from '../domain/rules/order-rules.js';
import { readRuleSubjects } from '../persistence/sql/read-rule-subjects.sql.js';
import { orderNotFound } from './order-rejections.js';

/** Reads and judges, writes nothing; asking twice gives the same answer. */
@CommandHandler(ValidateOrder)
export class ValidateOrderHandler extends LocalCommandHandler<ValidateOrder, OrderValidated> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly ValidateOrder[]): Promise<readonly Outcome<OrderValidated>[]> {
    const ids = commands.map((command) => command.data.orderId);
    const valid = ids.map((orderId) => new OrderValidated({ orderId }));
    return this.unitOfWork.presume<readonly Outcome<OrderValidated>[]>(valid, this.judged(ids));
  }

  private async judged(ids: readonly string[]): Promise<Outcome<OrderValidated>[]> {
    const rows = await this.unitOfWork.query<RuleSubject & { id: string }>(readRuleSubjects, [ids]);
    const orders = new Map(rows.map((row) => [row.id, row]));
    return ids.map((orderId) => {
      const order = orders.get(orderId);
      return order ? judge(orderId, order) : orderNotFound(orderId);
    });
  }
}

function judge(orderId: string, order: RuleSubject): Outcome<OrderValidated> {
  const violations = violationsOf(order);
  if (violations.length === 0) return new OrderValidated({ orderId });
  const { code, message } = summaryOf(violations);
  return new Rejection(code, message, { violations });
}
