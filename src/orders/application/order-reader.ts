import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { lowestIdAt } from '../../platform/time/lowest-id-at.js';
import { Fulfillments } from '../contracts/ports.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { OrderRow } from '../persistence/order-row.js';
import { OrderEntity } from '../persistence/order.entity.js';
import { listOrdersBySku } from '../persistence/sql/list-orders-by-sku.sql.js';
import { readOrders } from '../persistence/sql/read-orders.sql.js';
import { orderNotFound } from './order-rejections.js';
import { type OrderView, toOrderView } from './order-view.js';

/** Which orders to list. What is left out does not filter. */
export interface OrderFilter {
  status?: OrderStatus | undefined;
  customerId?: string | undefined;
  /** Orders that contain this product. */
  sku?: string | undefined;
  /** Placed later than this instant. */
  createdAfter?: Date | undefined;
  /** Placed earlier than this instant. */
  createdBefore?: Date | undefined;
}

/** Reads orders, and joins them with how their fulfillment stands. */
@Injectable()
export class OrderReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly fulfillments: Fulfillments,
  ) {}

  /** @throws Rejection `ORDERS.NOT_FOUND` */
  async one(orderId: string): Promise<OrderView> {
    // Side by side: neither needs the other, and a client waits for both.
    const [[row], fulfillments] = await Promise.all([
      this.unitOfWork.query<OrderRow>(readOrders, [[orderId]]),
      this.fulfillments.view([orderId]),
    ]);
    if (!row) throw orderNotFound(orderId);
    return toOrderView(row, fulfillments.get(orderId));
  }

  /** The views of these rows, in their order. */
  async views(rows: readonly OrderRow[]): Promise<OrderView[]> {
    if (rows.length === 0) return [];
    const fulfillments = await this.fulfillments.view(rows.map((row) => row.id));
    return rows.map((row) => toOrderView(row, fulfillments.get(row.id)));
  }

  /** At most `limit` orders, newest first, beginning after the order `after`; null begins with the newest. */
  async list(filter: OrderFilter, after: string | null, limit: number): Promise<OrderRow[]> {
    const first = filter.createdAfter && lowestIdAt(new Date(filter.createdAfter.getTime() + 1));
    const end = filter.createdBefore && lowestIdAt(filter.createdBefore);
    const { sku, status, customerId } = filter;
    if (sku !== undefined) {
      const values = [sku, status, customerId, first, end, after, limit];
      return this.unitOfWork.query<OrderRow>(listOrdersBySku, values);
    }
    const orders = this.unitOfWork.manager.createQueryBuilder(OrderEntity, 'o');
    if (status !== undefined) orders.andWhere('o.status = :status', { status });
    if (customerId !== undefined) orders.andWhere('o.customerId = :customerId', { customerId });
    if (first !== undefined) orders.andWhere('o.id >= :first', { first });
    if (end !== undefined) orders.andWhere('o.id < :end', { end });
    if (after !== null) orders.andWhere('o.id < :after', { after });
    return orders.orderBy('o.id', 'DESC').limit(limit).getMany();
  }
}
