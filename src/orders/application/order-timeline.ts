import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Fulfillments, type TimelineItem } from '../contracts/ports.js';
import type { StatusEntry } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-status.js';
import { orderNotFound } from './order-rejections.js';
import { readStatusHistory } from '../persistence/sql/read-status-history.sql.js';

const TEXTS: Record<OrderStatus, string> = {
  pending: 'We have received your order.',
  confirmed: 'Your order is confirmed.',
  shipped: 'Your order is on its way.',
  delivered: 'Your order has been delivered.',
  rejected: 'We could not accept your order.',
  cancelling: 'Your order is being cancelled.',
  cancelled: 'Your order is cancelled.',
};

/** The story of an order in words for its customer: its own statuses, and what the fulfillment tells. */
@Injectable()
export class OrderTimeline {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly fulfillments: Fulfillments,
  ) {}

  /** Oldest first. @throws Rejection `ORDERS.NOT_FOUND` */
  async of(orderId: string): Promise<TimelineItem[]> {
    const [order] = await this.unitOfWork.query<{ statusHistory: StatusEntry[] }>(readStatusHistory, [
      orderId,
    ]);
    if (!order) throw orderNotFound(orderId);
    const [received, ...changes] = order.statusHistory.map(toItem);
    const fulfillment = await this.fulfillments.timeline(orderId);
    // What shares an instant shares a commit. The order is received first and changes its status last; the sort
    // is stable and keeps that.
    const items = [...(received ? [received] : []), ...fulfillment, ...changes];
    return items.sort((a, b) => a.at.getTime() - b.at.getTime());
  }
}

function toItem({ at, status, code }: StatusEntry): TimelineItem {
  return { at: new Date(at), kind: 'status', text: TEXTS[status], ...(code === null ? {} : { code }) };
}
