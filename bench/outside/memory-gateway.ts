import { v7 as uuid } from 'uuid';
import {
  PaymentGateway,
  type Charged,
  type ChargeRequest,
  type Declined,
  type GatewayRequest,
  type Refunded,
  type RefundRequest,
} from '../../src/billing/gateway/payment-gateway.js';
import { billingCodes } from '../../src/billing/domain/billing-codes.js';

/** What the gateway holds under one of our references. */
export interface KeptCharge {
  readonly gatewayReference: string;
  readonly reference: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly idempotencyKey: string;
  refundedAmount: number;
}

const voided: Declined = {
  kind: 'declined',
  code: billingCodes.voided,
  message: 'It was taken back before.',
};

/**
 * A gateway in memory, to which every card is good: what is measured is the engine, and not a pretended outside world
 * that keeps its books in the same database. It answers as the sandbox does, one key once, none after a refund. What it
 * remembers goes with its process, so nothing may be killed while it is measured.
 */
export class MemoryGateway extends PaymentGateway {
  readonly charges = new Map<string, KeptCharge>();
  private readonly refused = new Set<string>();

  async charge(request: ChargeRequest): Promise<Charged | Declined> {
    const { reference, orderId, amount, currency, paymentMethod, idempotencyKey } = request;
    if (this.refused.has(reference)) return voided;
    let kept = this.charges.get(reference);
    if (!kept) {
      const gatewayReference = `ch_${uuid().replaceAll('-', '')}`;
      const asked = { reference, orderId, amount, currency, paymentMethod, idempotencyKey };
      kept = { gatewayReference, ...asked, refundedAmount: 0 };
      this.charges.set(reference, kept);
    }
    return { kind: 'charged', gatewayReference: kept.gatewayReference };
  }

  async findCharge({ reference }: GatewayRequest): Promise<Charged | Declined | null> {
    const kept = this.charges.get(reference);
    if (kept) return { kind: 'charged', gatewayReference: kept.gatewayReference };
    return this.refused.has(reference) ? voided : null;
  }

  async refund({ reference }: RefundRequest): Promise<Refunded> {
    this.refused.add(reference);
    const kept = this.charges.get(reference);
    if (kept) kept.refundedAmount = kept.amount;
    return refundOf(kept);
  }

  async findRefund({ reference }: GatewayRequest): Promise<Refunded | null> {
    return this.refused.has(reference) ? refundOf(this.charges.get(reference)) : null;
  }

  forget(): void {
    this.charges.clear();
    this.refused.clear();
  }
}

function refundOf(kept: KeptCharge | undefined): Refunded {
  if (!kept) return { kind: 'refunded', amount: 0, currency: null, gatewayReference: null };
  const { refundedAmount: amount, currency, gatewayReference } = kept;
  return { kind: 'refunded', amount, currency, gatewayReference };
}
