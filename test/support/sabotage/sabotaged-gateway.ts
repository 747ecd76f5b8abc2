import { ChargePayment, RefundPayment } from '../../../src/billing/contracts/billing-commands.js';
import {
  PaymentGateway,
  type Charged,
  type ChargeRequest,
  type Declined,
  type GatewayRequest,
  type Processing,
  type Refunded,
  type RefundRequest,
} from '../../../src/billing/gateway/payment-gateway.js';
import { codes, type Sabotage } from './sabotage.js';

const declined: Declined = { kind: 'declined', code: codes.rejected, message: 'The test says no.' };

/** The gateway behind it, with what a test has in mind for single requests. */
export class SabotagedGateway extends PaymentGateway {
  private readonly orders = new Map<string, string>();

  constructor(
    private readonly gateway: PaymentGateway,
    private readonly sabotage: Sabotage,
  ) {
    super();
  }

  charge(request: ChargeRequest): Promise<Charged | Declined | Processing> {
    this.orders.set(request.reference, request.orderId);
    return this.sabotage.call(
      ChargePayment,
      request.orderId,
      (signal = request.signal) => this.gateway.charge({ ...request, signal }),
      declined,
    );
  }

  findCharge(request: GatewayRequest): Promise<Charged | Declined | Processing | null> {
    return this.sabotage.ask(
      ChargePayment,
      this.orderOf(request),
      () => this.gateway.findCharge(request),
      declined,
    );
  }

  refund(request: RefundRequest): Promise<Refunded> {
    return this.sabotage.call(
      RefundPayment,
      this.orderOf(request),
      (signal = request.signal) => this.gateway.refund({ ...request, signal }),
      null,
    );
  }

  findRefund(request: GatewayRequest): Promise<Refunded | null> {
    return this.sabotage.ask(
      RefundPayment,
      this.orderOf(request),
      () => this.gateway.findRefund(request),
      null,
    );
  }

  /** A reference that another process charged is nobody's here: nothing goes wrong with it. */
  private orderOf({ reference }: GatewayRequest): string {
    return this.orders.get(reference) ?? '';
  }
}
