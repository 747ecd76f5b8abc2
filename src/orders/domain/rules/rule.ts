import type { OrderLine } from '../order.js';

/** What the rules see of an order. No personal data. */
export interface RuleSubject {
  currency: string;
  totalAmount: number;
  paymentMethod: string;
  lines: readonly OrderLine[];
}

/** One thing that is wrong with an order. */
export interface Violation {
  /** Stable, `ORDERS.REASON`. */
  code: string;
  /** A sentence a customer may read. */
  message: string;
  /** JSON pointer (RFC 6901) into the request that placed the order; null when it is about the order as a whole. */
  pointer: string | null;
}

/** One rule: what it finds wrong, nothing when the order keeps it. Looks at the order only, so it can run twice. */
export type Rule = (order: RuleSubject) => Violation[];
