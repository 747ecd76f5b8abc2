import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import {
  LateChargeReported,
  PaymentConfirmedByGateway,
  PaymentFailedAtGateway,
} from '../contracts/billing-events.js';
import type { GatewayMessage } from '../domain/gateway-message.js';
import { PaymentBook, type FoundPayment } from './payment-book.js';

/** Takes what the gateway tells us by itself: it moves the payment if nothing better is known, and is passed on. */
@Injectable()
export class HearGateway {
  constructor(
    private readonly book: PaymentBook,
    private readonly eventBus: EventBus,
  ) {}

  /** Inside a unit of work. @returns false when there is no such payment */
  async apply(message: GatewayMessage): Promise<boolean> {
    const { paymentId, gatewayReference } = message;
    const found = await this.enter(message);
    if (!found) return false;
    const about = { paymentId, orderId: found.orderId, gatewayReference };
    if (message.kind === 'failed') {
      this.eventBus.publish(new PaymentFailedAtGateway({ ...about, code: message.code }));
      return true;
    }
    this.eventBus.publish(new PaymentConfirmedByGateway(about));
    if (isLate(found, gatewayReference)) this.eventBus.publish(new LateChargeReported(about));
    return true;
  }

  private async enter(message: GatewayMessage): Promise<FoundPayment | undefined> {
    const found =
      message.kind === 'succeeded'
        ? await this.book.charge([message], 'confirmByWebhook')
        : await this.book.decline([message], 'failByWebhook');
    return found.get(message.paymentId);
  }
}

/** Of a charge that we have given back under their very reference the notice is old, not the charge late. */
function isLate({ statusBefore, referenceBefore }: FoundPayment, gatewayReference: string): boolean {
  if (statusBefore === 'declined') return true;
  return statusBefore === 'refunded' && referenceBefore !== gatewayReference;
}
