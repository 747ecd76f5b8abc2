import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { PaymentConfirmedByGateway, PaymentFailedAtGateway } from '../contracts/billing-events.js';
import type { GatewayMessage } from '../domain/gateway-message.js';
import { PaymentBook, type FoundPayments } from './payment-book.js';

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
    const orderId = orderOf(paymentId, await this.enter(message));
    if (orderId === null) return false;
    this.eventBus.publish(
      message.kind === 'succeeded'
        ? new PaymentConfirmedByGateway({ paymentId, orderId, gatewayReference })
        : new PaymentFailedAtGateway({ paymentId, orderId, gatewayReference, code: message.code }),
    );
    return true;
  }

  private enter(message: GatewayMessage): Promise<FoundPayments> {
    return message.kind === 'succeeded'
      ? this.book.charge([message], 'confirmByWebhook')
      : this.book.decline([message], 'failByWebhook');
  }
}

const orderOf = (paymentId: string, found: FoundPayments) => found.get(paymentId)?.orderId ?? null;
