import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ConfirmOrder } from '../contracts/order-commands.js';
import { OrderConfirmed } from '../contracts/order-events.js';
import { OrderStatusChanges } from './order-status-changes.js';

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler extends LocalCommandHandler<ConfirmOrder, OrderConfirmed> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly changes: OrderStatusChanges,
  ) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly ConfirmOrder[]): Promise<readonly Outcome<OrderConfirmed>[]> {
    const ids = commands.map((command) => command.data.orderId);
    const refused = await this.changes.reach('confirmed', ids);
    return ids.map((orderId) => refused.get(orderId) ?? new OrderConfirmed({ orderId }));
  }
}
