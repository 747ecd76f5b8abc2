import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import type { z } from 'zod';
import { validationProblem } from '../../platform/http/problem.js';
import { SignedWebhook } from '../../platform/http/signed-webhook.decorator.js';
import { violationsOf } from '../../platform/http/validation/violations.js';
import type { WebhookEvent } from '../../platform/messaging/webhooks/webhook-event.schema.js';
import { WebhookInbox } from '../../platform/messaging/webhooks/webhook-inbox.js';
import { HearCarrier } from '../application/hear-carrier.service.js';
import { TrackParcel } from '../application/track-parcel.service.js';
import { bookingConfirmed, moveOf } from '../domain/carrier-message.js';
import {
  bookingData,
  carrierEvent,
  parcelData,
  webhookTaken,
  type WebhookTaken,
} from './carrier-webhook.dto.js';

@ApiTags('Webhooks')
@Controller('v1/webhooks/carrier')
export class CarrierWebhookController {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly tracking: TrackParcel,
    private readonly carrier: HearCarrier,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @SignedWebhook()
  @ApiOperation({
    summary: 'Take an event from the carrier',
    description:
      'Types: `shipment.booked` (of what the carrier had accepted only; with our `reference`), `shipment.in_transit`, ' +
      '`shipment.delivered`, `shipment.failed`. They may come twice, late, early and out of order. An unknown type or ' +
      'shipment is stored and answered 200.',
  })
  @ApiOkResponse({ standardSchema: webhookTaken })
  async take(@Body({ schema: carrierEvent }) event: WebhookEvent): Promise<WebhookTaken> {
    const apply = this.prepare(event);
    await this.inbox.accept('carrier', event, apply);
    return { received: true };
  }

  /** Checks the data before anything is stored, so that a sender's mistake is a 400 each time. */
  private prepare({ type, data }: WebhookEvent): () => Promise<boolean> {
    if (type === bookingConfirmed) {
      const { reference, trackingNumber } = checked(bookingData, data);
      return async () => isUuid(reference) && this.carrier.confirmed(reference, trackingNumber);
    }
    const move = moveOf(type);
    if (move === null) return async () => false;
    const { trackingNumber } = checked(parcelData, data);
    return () => this.tracking.apply(trackingNumber, move);
  }
}

function checked<Data>(schema: z.ZodType<Data>, data: unknown): Data {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw validationProblem(violationsOf(parsed.error.issues, data, ['data']));
  return parsed.data;
}
