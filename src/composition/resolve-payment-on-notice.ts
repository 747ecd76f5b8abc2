import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { PaymentConfirmedByGateway, PaymentFailedAtGateway } from '../billing/contracts/billing-events.js';
import { Sagas, StimulusRefused } from '../saga/index.js';

/**
 * A gateway's notice is a hint, not an outcome: the saga that does not know what became of its charge is told to ask
 * now, instead of at its next time. One that knows already, or is not there yet, is left alone.
 */
@EventsHandler(PaymentConfirmedByGateway, PaymentFailedAtGateway)
export class ResolvePaymentOnNotice implements IEventHandler<PaymentConfirmedByGateway> {
  constructor(private readonly sagas: Sagas) {}

  async handle({ data }: PaymentConfirmedByGateway | PaymentFailedAtGateway): Promise<void> {
    const notice = { kind: 'retry', by: 'gateway', reason: 'The gateway has sent a notice.' } as const;
    try {
      await this.sagas.apply('order-fulfillment', data.orderId, notice, ({ state }) => {
        const charge = state.steps.find((step) => step.action?.reference === data.paymentId)?.action;
        if (charge?.status !== 'unknown')
          throw new StimulusRefused('SAGA.NOT_WAITING', 'The outcome is known.');
      });
    } catch (error) {
      if (!(error instanceof StimulusRefused)) throw error;
    }
  }
}
