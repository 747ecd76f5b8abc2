import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Public } from './roles.decorator.js';
import { SignedWebhookGuard } from './signed-webhook.guard.js';
import { SIGNATURE_HEADER } from './webhook-signature.js';

/** A route that others post events to: no API key, but a signature over the raw body and the time. */
export const SignedWebhook = (): MethodDecorator =>
  applyDecorators(
    Public(),
    UseGuards(SignedWebhookGuard),
    ApiHeader({
      name: SIGNATURE_HEADER,
      required: true,
      description:
        '`t=<unix seconds>,v1=<hex hmac-sha256 of "t.body">` with the shared secret; at most five minutes old.',
      schema: { type: 'string' },
    }),
  );
