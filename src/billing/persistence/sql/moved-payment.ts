import type { PaymentStatus } from '../../domain/payment-status.js';

/** A payment as a statement found it, moved or not. */
export interface MovedPaymentRow {
  id: string;
  order_id: string;
  status_before: PaymentStatus;
  /** The gateway's reference that the row had before; null: none. */
  reference_before: string | null;
}
