import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { MarkShipped } from '../contracts/order-commands.js';
import { OrderShipped } from '../contracts/order-events.js';
import { OrderStatusChanges } from './order-status-changes.js';

@CommandHandler(MarkShipped)
export class MarkShippedHandler extends LocalCommandHandler<MarkShipped, OrderShipped> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly changes: OrderStatusChanges,
  ) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly MarkShipped[]): Promise<readonly Outcome<OrderShipped>[]> {
    const ids = commands.map((command) => command.data.orderId);
    const refused = await this.changes.reach('shipped', ids);
    return ids.map((orderId) => refused.get(orderId) ?? new OrderShipped({ orderId }));
  }
}
