import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { CloseOrder } from '../contracts/order-commands.js';
import { OrderCancelled, OrderRejected } from '../contracts/order-events.js';
import { hasComeAbout } from '../domain/order-status.js';
import { orderNotFound, tooLate, wrongStatus } from './order-rejections.js';
import { OrderStatusChanges } from './order-status-changes.js';
import type { OrderState } from './order-status-signals.js';

/**
 * An order that is closed already stays as it is. Where the command and the order disagree, the order's way
 * counts: one that was shown as cancelling ends cancelled, and one that ends cancelled is shown as cancelling
 * first, so its history never leaves the state machine.
 */
@CommandHandler(CloseOrder)
export class CloseOrderHandler extends LocalCommandHandler<CloseOrder, OrderRejected | OrderCancelled> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly changes: OrderStatusChanges,
  ) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(
    commands: readonly CloseOrder[],
  ): Promise<readonly Outcome<OrderRejected | OrderCancelled>[]> {
    const all = commands.map((command) => command.data);
    const rejected = await this.changes.move(
      'rejected',
      all.filter((order) => order.as === 'rejected'),
    );
    const cancelled = await this.changes.move(
      'cancelled',
      all.filter((order) => order.as === 'cancelled'),
    );
    const closed = new Map([...rejected, ...cancelled]);
    const left = all.filter((order) => !closed.has(order.orderId));
    const states = left.length > 0 ? await this.closeTheLongWay(left) : closed;
    return all.map((order) => outcome(order, closed.get(order.orderId) ?? states.get(order.orderId)));
  }

  private async closeTheLongWay(orders: readonly CloseOrder['data'][]): Promise<Map<string, OrderState>> {
    await this.changes.move(
      'cancelling',
      orders.filter((order) => order.as === 'cancelled'),
    );
    await this.changes.move('cancelled', orders);
    return this.changes.states(orders.map((order) => order.orderId));
  }
}

function outcome(
  { orderId, code }: CloseOrder['data'],
  state: OrderState | undefined,
): Outcome<OrderRejected | OrderCancelled> {
  if (!state) return orderNotFound(orderId);
  const why = { orderId, code: state.failureCode ?? code };
  if (state.status === 'rejected') return new OrderRejected(why);
  if (state.status === 'cancelled') return new OrderCancelled(why);
  return hasComeAbout(state.status) ? tooLate(orderId, state.status) : wrongStatus(orderId, state.status);
}
