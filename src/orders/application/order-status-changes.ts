import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Rejection } from '../../platform/messaging/rejection.js';
import { PersonalDataErased } from '../contracts/order-events.js';
import { hasReached, isSettled, statusesBefore, type OrderStatus } from '../domain/order-status.js';
import { changeStatus } from '../persistence/sql/change-status.sql.js';
import { readOrderStates } from '../persistence/sql/read-order-states.sql.js';
import { orderNotFound, wrongStatus } from './order-rejections.js';
import { type OrderState, OrderStatusSignals } from './order-status-signals.js';

/** An order to move, and why: null when it goes well. */
export interface StatusChange {
  orderId: string;
  code: string | null;
  message: string | null;
}

interface ChangedOrder extends OrderState {
  createdAt: Date;
  updatedAt: Date;
  /** Its personal data were erased with the change, as somebody had wished. */
  erased: boolean;
}

/**
 * The only place that changes an order's status: one guarded statement for many orders. Must be called inside
 * the unit of work that the change belongs to; who waits for these orders hears of it after the commit.
 */
@Injectable()
export class OrderStatusChanges {
  private readonly logger = new Logger(OrderStatusChanges.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: OrderStatusSignals,
    private readonly eventBus: EventBus,
  ) {}

  /** Moves those orders to `to` that the state machine lets go there. Answers the moved ones, by id. */
  async move(to: OrderStatus, changes: readonly StatusChange[]): Promise<Map<string, OrderState>> {
    if (changes.length === 0) return new Map();
    const byId = new Map(changes.map((change) => [change.orderId, change]));
    const unique = [...byId.values()];
    const moved = await this.unitOfWork.query<ChangedOrder>(changeStatus, [
      unique.map((change) => change.orderId),
      unique.map((change) => change.code),
      unique.map((change) => change.message),
      to,
      statusesBefore(to),
      isSettled(to),
    ]);
    const erased = moved.filter((order) => order.erased).map(({ id }) => id);
    if (erased.length > 0) this.eventBus.publish(new PersonalDataErased({ orderIds: erased.sort() }));
    this.unitOfWork.afterCommit(() => this.tell(moved));
    return new Map(moved.map((order) => [order.id, order]));
  }

  /**
   * Moves orders to `to`, and leaves those alone that are there or beyond.
   * @returns the refusals of the others, by id
   */
  reach(to: OrderStatus, orderIds: readonly string[]): Promise<Map<string, Rejection>> {
    return this.unitOfWork.presume(new Map<string, Rejection>(), this.refused(to, orderIds));
  }

  private async refused(to: OrderStatus, orderIds: readonly string[]): Promise<Map<string, Rejection>> {
    const moved = await this.move(
      to,
      orderIds.map((orderId) => ({ orderId, code: null, message: null })),
    );
    const left = orderIds.filter((id) => !moved.has(id));
    const states = await this.states(left);
    return new Map(
      left.flatMap((id) => {
        const status = states.get(id)?.status;
        if (status && hasReached(status, to)) return [];
        return [[id, status ? wrongStatus(id, status) : orderNotFound(id)]];
      }),
    );
  }

  /** How these orders stand now, by id; one that does not exist is not in the map. */
  async states(orderIds: readonly string[]): Promise<Map<string, OrderState>> {
    if (orderIds.length === 0) return new Map();
    const states = await this.unitOfWork.query<OrderState>(readOrderStates, [orderIds]);
    return new Map(states.map((state) => [state.id, state]));
  }

  private tell(moved: readonly ChangedOrder[]): void {
    this.signals.announce(moved);
    for (const order of moved) {
      if (!isSettled(order.status) || order.status === 'shipped' || order.status === 'delivered') continue;
      this.logger.log({
        msg: 'Order ended',
        orderId: order.id,
        outcome: order.status,
        code: order.failureCode,
        durationMs: order.updatedAt.getTime() - order.createdAt.getTime(),
      });
    }
  }
}
