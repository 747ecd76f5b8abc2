import { Logger } from '@nestjs/common';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Gathered } from '../../platform/database/gathered.js';
import { GroupCommit } from '../../platform/database/group-commit.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  currentTrace,
  goingOnIn,
  type TraceContext,
} from '../../platform/observability/trace/trace-context.js';
import { OrderPlaced } from '../contracts/order-events.js';
import { Fulfillments, ProductCatalogue, type FulfillmentView } from '../contracts/ports.js';
import type { OrderRow } from '../persistence/order-row.js';
import { insertOrders } from '../persistence/sql/insert-orders.sql.js';
import { captureOrder } from './capture-order.js';
import { toOrderView } from './order-view.js';
import { PlaceOrders, type NewOrder, type Placement } from './place-orders.js';

/** Commands whose orders are stored by one statement, at most. */
const most = 64;

/** A command, and the trace it was given in. */
interface Wish {
  readonly orders: readonly NewOrder[];
  readonly trace: TraceContext | null;
}

interface TakenOrder {
  readonly order: OrderRow;
  readonly trace: TraceContext | null;
}

@CommandHandler(PlaceOrders)
export class PlaceOrdersHandler implements ICommandHandler<PlaceOrders> {
  private readonly logger = new Logger(PlaceOrdersHandler.name);
  private readonly together: Gathered<Wish, Placement[]>;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly groupCommit: GroupCommit,
    private readonly eventBus: EventBus,
    private readonly catalogue: ProductCatalogue,
    private readonly fulfillments: Fulfillments,
  ) {
    this.together = new Gathered(unitOfWork, (wishes) => this.placeAll(wishes), most);
  }

  async execute({ orders }: PlaceOrders): Promise<Placement[]> {
    return this.groupCommit.run(() => this.together.ask({ orders, trace: currentTrace() }));
  }

  /** Several commands that share a transaction share its statements, too. */
  private async placeAll(wishes: readonly Wish[]): Promise<Placement[][]> {
    this.fulfillments.expect();
    const lines = wishes.flatMap(({ orders }) => orders.flatMap((order) => order.lines));
    const catalogue = await this.catalogue.find([...new Set(lines.map(({ sku }) => sku))]);
    const captured = wishes.map(({ orders, trace }) =>
      orders.map((order) => ({ ...captureOrder(order, catalogue), trace })),
    );
    const taken = captured.flat().flatMap((one) => ('order' in one ? [one] : []));
    const begun = await this.store(taken);
    return captured.map((ofOne) =>
      ofOne.map((one) =>
        'order' in one
          ? { order: toOrderView(one.order, begun.get(one.order.id)) }
          : { refusal: one.refusal },
      ),
    );
  }

  private async store(taken: readonly TakenOrder[]): Promise<Map<string, FulfillmentView>> {
    if (taken.length === 0) return new Map();
    const orders = taken.map(({ order }) => order);
    // Nobody waits for the answer: it is there by the commit.
    this.unitOfWork.withCommit(this.unitOfWork.query(insertOrders, columnsOf(orders)));
    const begun = await this.fulfillments.start(
      taken.map(({ order: { id, customerId, totalAmount, currency, paymentMethod, lines }, trace }) => ({
        orderId: id,
        customerId,
        totalAmount,
        currency,
        paymentMethod,
        lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
        trace,
      })),
    );
    for (const { order, trace } of taken) {
      const { id: orderId, customerId, totalAmount, currency } = order;
      const placed = new OrderPlaced({ orderId, customerId, totalAmount, currency });
      goingOnIn(trace, () => void this.eventBus.publish(placed));
    }
    this.unitOfWork.afterCommit(() => this.tell(taken));
    return begun;
  }

  private tell(taken: readonly TakenOrder[]): void {
    for (const { order, trace } of taken) {
      const { id: orderId, customerId, totalAmount: amount, currency } = order;
      const line = { msg: 'Order placed', orderId, customerId, amount, currency };
      goingOnIn(trace, () => this.logger.log(line));
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
