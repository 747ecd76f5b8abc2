import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Clock } from '../time/clock.js';
import type { ApiRequest } from './actor.js';
import { Problem } from './problem.js';
import { SIGNATURE_HEADER, verify } from './webhook-signature.js';

/** Lets a webhook through when it carries a fresh signature of its body. */
@Injectable()
export class SignedWebhookGuard implements CanActivate {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const body = request.rawBody ?? Buffer.alloc(0);
    if (verify(this.settings.webhookSecrets, request.get(SIGNATURE_HEADER), body, this.clock.now()))
      return true;
    throw new Problem({
      status: 401,
      code: 'HTTP.BAD_SIGNATURE',
      detail: `${SIGNATURE_HEADER} must sign this very body, with a current time: t=<unix>,v1=<hex hmac-sha256 of "t.body">.`,
    });
  }
}
