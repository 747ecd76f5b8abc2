import { Logger } from '@nestjs/common';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { OrderPlaced } from '../contracts/order-events.js';
import { Fulfillments, ProductCatalogue, type FulfillmentView } from '../contracts/ports.js';
import type { OrderRow } from '../persistence/order-row.js';
import { insertOrders } from '../persistence/sql/insert-orders.sql.js';
import { captureOrder } from './capture-order.js';
import { toOrderView } from './order-view.js';
import { PlaceOrders, type Placement } from './place-orders.js';

@CommandHandler(PlaceOrders)
export class PlaceOrdersHandler implements ICommandHandler<PlaceOrders> {
  private readonly logger = new Logger(PlaceOrdersHandler.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
    private readonly catalogue: ProductCatalogue,
    private readonly fulfillments: Fulfillments,
  ) {}

  async execute({ orders }: PlaceOrders): Promise<Placement[]> {
    return this.unitOfWork.run(async () => {
      const skus = new Set(orders.flatMap((order) => order.lines.map((line) => line.sku)));
      const catalogue = await this.catalogue.find([...skus]);
      const captured = orders.map((order) => captureOrder(order, catalogue));
      const begun = await this.place(captured.flatMap((one) => ('order' in one ? [one.order] : [])));
      return captured.map((one) =>
        'order' in one ? { order: toOrderView(one.order, begun.get(one.order.id)) } : one,
      );
    });
  }

  private async place(orders: readonly OrderRow[]): Promise<Map<string, FulfillmentView>> {
    if (orders.length === 0) return new Map();
    // Side by side: they commit together, and neither waits for the other's answer.
    const [begun] = await Promise.all([
      this.fulfillments.start(
        orders.map(({ id, customerId, totalAmount, currency, paymentMethod, lines }) => ({
          orderId: id,
          customerId,
          totalAmount,
          currency,
          paymentMethod,
          lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
        })),
      ),
      this.unitOfWork.query(insertOrders, columnsOf(orders)),
    ]);
    for (const { id, customerId, totalAmount, currency } of orders) {
      this.eventBus.publish(new OrderPlaced({ orderId: id, customerId, totalAmount, currency }));
    }
    this.unitOfWork.afterCommit(() => this.tell(orders));
    return begun;
  }

  private tell(orders: readonly OrderRow[]): void {
    for (const { id, customerId, totalAmount, currency } of orders) {
      this.logger.log({ msg: 'Order placed', orderId: id, customerId, amount: totalAmount, currency });
    }
  }
}

/** One array a column, in the order of the statement's parameters. */
function columnsOf(orders: readonly OrderRow[]): unknown[][] {
  return [
    orders.map((order) => order.id),
    orders.map((order) => order.customerId),
    orders.map((order) => order.currency),
    orders.map((order) => order.totalAmount),
    orders.map((order) => order.paymentMethod),
    orders.map((order) => JSON.stringify(order.lines)),
    orders.map((order) => order.shipToName),
    orders.map((order) => order.shipToLine1),
    orders.map((order) => order.shipToLine2),
    orders.map((order) => order.shipToCity),
    orders.map((order) => order.shipToPostalCode),
    orders.map((order) => order.shipToCountry),
    orders.map((order) => order.createdAt),
  ];
}
