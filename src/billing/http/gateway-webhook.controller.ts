import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { validationProblem } from '../../platform/http/problem.js';
import { SignedWebhook } from '../../platform/http/signed-webhook.decorator.js';
import { violationsOf } from '../../platform/http/validation/violations.js';
import {
  webhookEventSchema,
  type WebhookEvent,
} from '../../platform/messaging/webhooks/webhook-event.schema.js';
import { WebhookInbox } from '../../platform/messaging/webhooks/webhook-inbox.js';
import { HearGateway } from '../application/hear-gateway.service.js';
import { gatewayMessage, kindOf } from '../domain/gateway-message.js';
import { gatewayData, webhookTaken, type WebhookTaken } from './gateway-webhook.dto.js';

@ApiTags('Webhooks')
@Controller('v1/webhooks/payments')
export class GatewayWebhookController {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly gateway: HearGateway,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @SignedWebhook()
  @ApiOperation({
    summary: 'Take an event from the payment gateway',
    description:
      'Types: `payment.succeeded`, `payment.failed`. They may come twice, late, early and out of order. An unknown ' +
      'type or payment is stored and answered 200.',
  })
  @ApiOkResponse({ standardSchema: webhookTaken })
  async take(@Body({ schema: webhookEventSchema }) event: WebhookEvent): Promise<WebhookTaken> {
    const apply = this.prepare(event);
    await this.inbox.accept('payments', event, apply);
    return { received: true };
  }

  /** Checks the data before anything is stored, so that a sender's mistake is a 400 each time. */
  private prepare({ type, data }: WebhookEvent): () => Promise<boolean> {
    const kind = kindOf(type);
    if (kind === null) return async () => false;
    const parsed = gatewayData.safeParse(data);
    if (!parsed.success) throw validationProblem(violationsOf(parsed.error.issues, data, ['data']));
    const message = gatewayMessage(kind, parsed.data);
    return async () => message !== null && this.gateway.apply(message);
  }
}
