import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { PaymentConfirmedByGateway, PaymentFailedAtGateway } from '../billing/contracts/billing-events.js';
import { Sagas } from '../saga/index.js';

/** What the gateway tells by itself is no outcome of the charge: its saga asks now, instead of at its next time. */
@EventsHandler(PaymentConfirmedByGateway, PaymentFailedAtGateway)
export class ResolvePaymentOnNotice implements IEventHandler<PaymentConfirmedByGateway> {
  constructor(private readonly sagas: Sagas) {}

  async handle({ data }: PaymentConfirmedByGateway | PaymentFailedAtGateway): Promise<void> {
    const notice = { kind: 'notice', reference: data.paymentId, by: 'gateway' } as const;
    await this.sagas.apply('order-fulfillment', data.orderId, notice);
  }
}
