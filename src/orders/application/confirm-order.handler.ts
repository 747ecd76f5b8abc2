import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ConfirmOrder } from '../contracts/order-commands.js';
import { OrderConfirmed } from '../contracts/order-events.js';
import { hasComeAbout } from '../domain/order-status.js';
import { orderNotFound, wrongStatus } from './order-rejections.js';
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
    const moved = await this.changes.move(
      'confirmed',
      ids.map((orderId) => ({ orderId, code: null, message: null })),
    );
    const left = await this.changes.states(ids.filter((id) => !moved.has(id)));
    return ids.map((orderId) => {
      const state = moved.get(orderId) ?? left.get(orderId);
      if (!state) return orderNotFound(orderId);
      return hasComeAbout(state.status)
        ? new OrderConfirmed({ orderId })
        : wrongStatus(orderId, state.status);
    });
  }
}
