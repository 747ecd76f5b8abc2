import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { BeginCancellation } from '../contracts/order-commands.js';
import { OrderCancelling } from '../contracts/order-events.js';
import { hasComeAbout } from '../domain/order-status.js';
import { orderNotFound, tooLate, wrongStatus } from './order-rejections.js';
import { OrderStatusChanges } from './order-status-changes.js';

/** An order that is being cancelled, or is cancelled already, stays as it is and keeps its first reason. */
@CommandHandler(BeginCancellation)
export class BeginCancellationHandler extends LocalCommandHandler<BeginCancellation, OrderCancelling> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly changes: OrderStatusChanges,
  ) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly BeginCancellation[]): Promise<readonly Outcome<OrderCancelling>[]> {
    const moved = await this.changes.move(
      'cancelling',
      commands.map((command) => command.data),
    );
    const left = await this.changes.states(
      commands.map((command) => command.data.orderId).filter((id) => !moved.has(id)),
    );
    return commands.map(({ data: { orderId, code } }) => {
      const state = moved.get(orderId) ?? left.get(orderId);
      if (!state) return orderNotFound(orderId);
      if (state.status === 'cancelling' || state.status === 'cancelled') {
        return new OrderCancelling({ orderId, code: state.failureCode ?? code });
      }
      return hasComeAbout(state.status) ? tooLate(orderId, state.status) : wrongStatus(orderId, state.status);
    });
  }
}
