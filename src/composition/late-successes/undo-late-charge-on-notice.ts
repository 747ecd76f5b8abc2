import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LateChargeReported } from '../../billing/contracts/billing-events.js';
import { LateSuccesses } from './late-successes.js';

/** The gateway itself tells of money that it took too late: it is given back at once. */
@EventsHandler(LateChargeReported)
export class UndoLateChargeOnNotice implements IEventHandler<LateChargeReported> {
  constructor(private readonly lateSuccesses: LateSuccesses) {}

  async handle({ data: { orderId, paymentId } }: LateChargeReported): Promise<void> {
    await this.lateSuccesses.undo({ orderId, reference: paymentId });
  }
}
