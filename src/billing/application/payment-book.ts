import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Statement } from '../../platform/database/statement.js';
import { billingCodes } from '../domain/billing-codes.js';
import { paymentMoves, type PaymentStatus } from '../domain/payment-status.js';
import type { Refunded } from '../gateway/payment-gateway.js';
import { beginPayments } from '../persistence/sql/begin-payments.sql.js';
import { chargePayments } from '../persistence/sql/charge-payments.sql.js';
import { declinePayments } from '../persistence/sql/decline-payments.sql.js';
import { loseSightOfPayment } from '../persistence/sql/lose-sight-of-payment.sql.js';
import type { MovedPaymentRow } from '../persistence/sql/moved-payment.js';
import { refundPayments } from '../persistence/sql/refund-payments.sql.js';

/** A payment that is about to be charged. */
export interface BegunPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/** A payment as it was before its move. */
export interface FoundPayment {
  readonly orderId: string;
  readonly statusBefore: PaymentStatus;
  /** The gateway's reference as we had it; null: none. */
  readonly referenceBefore: string | null;
}

/** By id. A payment that is missing has no row. */
export type FoundPayments = ReadonlyMap<string, FoundPayment>;

type ChargeMove = 'charge' | 'confirmByWebhook';
type DeclineMove = 'decline' | 'failByWebhook';

/**
 * Enters what happened into our rows, a whole batch with one statement a kind. A move that `paymentMoves` does not
 * allow changes no row, so entering the same again changes nothing. Call it inside a unit of work.
 */
@Injectable()
export class PaymentBook {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** With the commit. */
  begin(payments: readonly BegunPayment[]): void {
    const written = this.unitOfWork.query(beginPayments, [
      payments.map(({ paymentId }) => paymentId),
      payments.map(({ orderId }) => orderId),
      payments.map(({ amount }) => amount),
      payments.map(({ currency }) => currency),
      payments.map(({ paymentMethod }) => paymentMethod),
    ]);
    this.unitOfWork.withCommit(written);
  }

  charge(
    charged: readonly { paymentId: string; gatewayReference: string }[],
    move: ChargeMove = 'charge',
  ): Promise<FoundPayments> {
    const references = charged.map(({ gatewayReference }) => gatewayReference);
    return this.move(chargePayments, charged, references, paymentMoves[move].from);
  }

  decline(
    declined: readonly { paymentId: string; code: string }[],
    move: DeclineMove = 'decline',
  ): Promise<FoundPayments> {
    const codes = declined.map(({ code }) => code);
    return this.move(declinePayments, declined, codes, paymentMoves[move].from);
  }

  /** A payment that nothing had been captured for is `declined` from now on: the gateway will not charge it. */
  async refund(refunds: readonly { paymentId: string; refund: Refunded }[]): Promise<void> {
    const voided = refunds.filter(({ refund }) => refund.amount === 0);
    await this.decline(voided.map(({ paymentId }) => ({ paymentId, code: billingCodes.voided })));
    const refunded = refunds.filter(({ refund }) => refund.amount > 0);
    if (refunded.length === 0) return;
    await this.unitOfWork.query(refundPayments, [
      refunded.map(({ paymentId }) => paymentId),
      refunded.map(({ refund }) => refund.amount),
      refunded.map(({ refund }) => refund.gatewayReference),
      paymentMoves.refund.from,
    ]);
  }

  /** The request went out, and nobody knows what became of it. May be called outside a unit of work. */
  async loseSight(paymentId: string): Promise<void> {
    await this.unitOfWork.query(loseSightOfPayment, [paymentId, paymentMoves.loseSight.from]);
  }

  private async move(
    statement: Statement,
    payments: readonly { paymentId: string }[],
    values: readonly string[],
    from: readonly PaymentStatus[],
  ): Promise<FoundPayments> {
    if (payments.length === 0) return new Map();
    const ids = payments.map(({ paymentId }) => paymentId);
    const rows = await this.unitOfWork.query<MovedPaymentRow>(statement, [ids, values, from]);
    return new Map(
      rows.map(
        ({ id, order_id: orderId, status_before: statusBefore, reference_before: referenceBefore }) => [
          id,
          { orderId, statusBefore, referenceBefore },
        ],
      ),
    );
  }
}
