import type { TraceContext } from '../../platform/observability/trace/trace-context.js';

/**
 * What the orders module needs from others. It declares the ports, `composition/` implements them from the other
 * modules' contracts, inside the caller's unit of work. Abstract classes, so that they are their own Nest tokens.
 */

/** A product as it is sold now. */
export interface CatalogueEntry {
  sku: string;
  name: string;
  /** Minor units of `currency`. */
  unitAmount: number;
  currency: string;
}

export abstract class ProductCatalogue {
  /** The entries of those SKUs that exist; one that is missing is not in the map. */
  abstract find(skus: readonly string[]): Promise<Map<string, CatalogueEntry>>;
}

/** What a fulfillment needs to know of an order: ids and amounts, no personal data. */
export interface FulfillmentRequest {
  orderId: string;
  customerId: string;
  totalAmount: number;
  currency: string;
  paymentMethod: string;
  lines: { sku: string; quantity: number }[];
  /** Of whoever placed the order: the fulfillment goes on in it. Null: placed in none. */
  trace: TraceContext | null;
}

/** How an order's fulfillment stands. */
export interface FulfillmentView {
  definition: string;
  version: number;
  status: string;
  /** Null before the first and after the last step. */
  currentStep: string | null;
}

/** One line of the story of an order, in words for a customer. */
export interface TimelineItem {
  at: Date;
  kind: string;
  step?: string;
  text: string;
  code?: string;
}

export abstract class Fulfillments {
  /** Says that fulfillments are about to be started in the ambient unit of work: what that needs is got meanwhile. */
  abstract expect(): void;

  /**
   * Starts one fulfillment for each, in the ambient unit of work: an order without one is never committed.
   * @returns how they stand at their start, by order id
   */
  abstract start(requests: readonly FulfillmentRequest[]): Promise<Map<string, FulfillmentView>>;

  /** The fulfillments of these orders, by order id; none for an old order whose history was dropped. */
  abstract view(orderIds: readonly string[]): Promise<Map<string, FulfillmentView>>;

  /**
   * Asks for the order to be undone, in the ambient unit of work. Asking twice is asking once.
   * @throws Rejection `ORDERS.TOO_LATE` after the pivot.
   */
  abstract cancel(orderId: string, request: { reason: string; actor: string }): Promise<void>;

  /**
   * Locks the fulfillment against the carrier being asked, for the rest of the ambient unit of work.
   * @throws Rejection `ORDERS.TOO_LATE` once the intent to ship has been sent.
   */
  abstract assertAddressMayChange(orderId: string): Promise<void>;

  /**
   * Ends the wait for a person's decision. @throws Rejection `ORDERS.NOT_WAITING_FOR_REVIEW` when it does not wait.
   */
  abstract review(
    orderId: string,
    decision: { approve: boolean; reason: string; actor: string },
  ): Promise<void>;

  /** The story of the fulfillment so far, oldest first. */
  abstract timeline(orderId: string): Promise<TimelineItem[]>;
}
