import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { ApiRequest } from './actor.js';
import { Problem } from './problem.js';
import { RateLimit } from './rate-limit.js';

const MINUTE_MS = 60_000;

/**
 * Holds each API key to `RATE_LIMIT` requests a minute, counted in this process. Comes after the API-key guard: a
 * public route has no key and is not counted.
 *
 * Ours rather than `@nestjs/throttler`'s: that one is CommonJS and loads NestJS by `require`, which neither Jest
 * on Node 20 nor Node before 22.12 can do; and keys are few and known, so there is nothing to evict.
 */
@Injectable()
export class ThrottleGuard implements CanActivate {
  private readonly limits: ReadonlyMap<string, RateLimit>;

  constructor({ apiKeys, rateLimit }: Settings) {
    const limited = rateLimit > 0 ? apiKeys : [];
    this.limits = new Map(limited.map(({ name }) => [name, new RateLimit(rateLimit, MINUTE_MS)]));
  }

  canActivate(context: ExecutionContext): boolean {
    const { actor } = context.switchToHttp().getRequest<ApiRequest>();
    const early = (actor && this.limits.get(actor.name)?.ask(performance.now())) ?? 0;
    if (early === 0) return true;
    throw new Problem({
      status: 429,
      code: 'HTTP.THROTTLED',
      detail: 'Too many requests of this key. Wait, as Retry-After says.',
      headers: { 'Retry-After': String(Math.ceil(early / 1000)) },
    });
  }
}
