import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { MarkDelivered } from '../contracts/order-commands.js';
import { OrderDelivered } from '../contracts/order-events.js';
import { OrderStatusChanges } from './order-status-changes.js';

@CommandHandler(MarkDelivered)
export class MarkDeliveredHandler extends LocalCommandHandler<MarkDelivered, OrderDelivered> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly changes: OrderStatusChanges,
  ) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly MarkDelivered[]): Promise<readonly Outcome<OrderDelivered>[]> {
    const ids = commands.map((command) => command.data.orderId);
    const refused = await this.changes.reach('delivered', ids);
    return ids.map((orderId) => refused.get(orderId) ?? new OrderDelivered({ orderId }));
  }
}
