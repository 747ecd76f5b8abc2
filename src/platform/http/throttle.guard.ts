import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Settings } from '../config/settings.js';
import type { ApiRequest } from './actor.js';
import { Problem } from './problem.js';

/**
 * Holds each API key to `RATE_LIMIT` requests a minute, counted in this process: a key's minute begins with its first
 * request. Comes after the API-key guard: a public route has no key and is not counted.
 *
 * Not `@nestjs/throttler`: that one is CommonJS and loads NestJS by `require`, which neither Jest on Node 20 nor Node
 * before 22.12 can do.
 */
@Injectable()
export class ThrottleGuard implements CanActivate {
  private readonly limiter: RateLimiterMemory | null;

  constructor({ rateLimit }: Settings) {
    this.limiter = rateLimit > 0 ? new RateLimiterMemory({ points: rateLimit, duration: 60 }) : null;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { actor } = context.switchToHttp().getRequest<ApiRequest>();
    if (!this.limiter || !actor) return true;
    try {
      await this.limiter.consume(actor.name);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new Problem({
        status: 429,
        code: 'HTTP.THROTTLED',
        detail: 'Too many requests of this key. Wait, as Retry-After says.',
        headers: { 'Retry-After': String(Math.ceil(refusal.msBeforeNext / 1000)) },
      });
    }
  }
}
