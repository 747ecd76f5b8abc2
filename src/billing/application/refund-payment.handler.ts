import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  ExternalCommandHandler,
  type Answered,
  type Attempt,
  type Outcome,
} from '../../platform/messaging/command-handlers.js';
import { RefundPayment } from '../contracts/billing-commands.js';
import { PaymentRefunded } from '../contracts/billing-events.js';
import { PaymentGateway, type Refunded } from '../gateway/payment-gateway.js';
import { PaymentBook } from './payment-book.js';

/**
 * Gives back what the gateway's ledger, and nobody else, says was captured: see `RefundPayment`. Also asked when
 * we know of no charge, because only the gateway can say that a late one will not come into being.
 */
@CommandHandler(RefundPayment)
export class RefundPaymentHandler extends ExternalCommandHandler<RefundPayment, Refunded, PaymentRefunded> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly gateway: PaymentGateway,
    private readonly book: PaymentBook,
  ) {
    super(unitOfWork, eventBus);
  }

  /** Nothing: a payment stays what it is until the gateway has answered. */
  async begin(): Promise<void> {}

  call({ data }: RefundPayment, attempt: Attempt): Promise<Refunded> {
    return this.gateway.refund({
      reference: data.paymentId,
      idempotencyKey: data.occasion
        ? `refund-${data.paymentId}-${data.occasion}`
        : `refund-${data.paymentId}`,
      signal: attempt.signal,
    });
  }

  /**
   * Null as long as the gateway knows of no refund: asking it again to refund is safe. Of a further occasion it is
   * asked again in any case, because what it gave back before says nothing about this one.
   */
  async resolve({ data }: RefundPayment, attempt: Attempt): Promise<Refunded | null> {
    if (data.occasion) return null;
    return this.gateway.findRefund({ reference: data.paymentId, signal: attempt.signal });
  }

  async record(
    answered: readonly Answered<RefundPayment, Refunded>[],
  ): Promise<readonly Outcome<PaymentRefunded>[]> {
    await this.book.refund(answered.map(({ command, answer }) => ({ ...command.data, refund: answer })));
    return answered.map(
      ({ command: { data }, answer: { amount, currency } }) =>
        new PaymentRefunded({ paymentId: data.paymentId, orderId: data.orderId, amount, currency }),
    );
  }
}
