import { Query } from '@nestjs/cqrs';

/** A charge as the sandbox gateway remembers it, whatever our own rows say. */
export interface SandboxCharge {
  /** Our payment's id. */
  reference: string;
  orderId: string;
  /** Minor units of `currency`. */
  amount: number;
  refundedAmount: number;
  currency: string;
  idempotencyKey: string;
  gatewayReference: string;
  /** When the money was taken. Whole milliseconds. */
  createdAt: Date;
}

/** Where a page of the ledger ended: the last charge that was shown. */
export interface SandboxChargePosition {
  createdAt: Date;
  gatewayReference: string;
}

/**
 * The sandbox gateway's ledger, newest first, outside any unit of work. Only what took money: neither declined
 * payments nor those that a bank has yet to confirm.
 */
export class ListSandboxCharges extends Query<SandboxCharge[]> {
  /**
   * @param limit how many at most; ask for one more than the page holds to learn whether there is a next one
   * @param after the last charge of the page before; null for the first page
   */
  constructor(
    readonly limit: number,
    readonly after: SandboxChargePosition | null,
  ) {
    super();
  }
}
