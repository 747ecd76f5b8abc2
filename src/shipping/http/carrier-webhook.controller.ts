import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { validationProblem } from '../../platform/http/problem.js';
import { SignedWebhook } from '../../platform/http/signed-webhook.decorator.js';
import { violationsOf } from '../../platform/http/validation/violations.js';
import type { WebhookEvent } from '../../platform/messaging/webhooks/webhook-event.schema.js';
import { WebhookInbox } from '../../platform/messaging/webhooks/webhook-inbox.js';
import { TrackParcel } from '../application/track-parcel.service.js';
import { moveOf } from '../domain/carrier-message.js';
import { carrierEvent, parcelData, webhookTaken, type WebhookTaken } from './carrier-webhook.dto.js';

@ApiTags('Webhooks')
@Controller('v1/webhooks/carrier')
export class CarrierWebhookController {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly tracking: TrackParcel,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @SignedWebhook()
  @ApiOperation({
    summary: 'Take an event from the carrier',
    description:
      'Types: `shipment.in_transit`, `shipment.delivered`, `shipment.failed`. They may come twice, late, early and ' +
      'out of order. An unknown type or shipment is stored and answered 200.',
  })
  @ApiOkResponse({ standardSchema: webhookTaken })
  async take(@Body({ schema: carrierEvent }) event: WebhookEvent): Promise<WebhookTaken> {
    const apply = this.prepare(event);
    await this.inbox.accept('carrier', event, apply);
    return { received: true };
  }

  /** Checks the data before anything is stored, so that a sender's mistake is a 400 each time. */
  private prepare({ type, data }: WebhookEvent): () => Promise<boolean> {
    const move = moveOf(type);
    if (move === null) return async () => false;
    const parcel = parcelData.safeParse(data);
    if (!parcel.success) throw validationProblem(violationsOf(parcel.error.issues, data, ['data']));
    return () => this.tracking.apply(parcel.data.trackingNumber, move);
  }
}
