import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import type { ApiRequest } from './actor.js';
import { PREFERS_WAIT } from './prefer-wait.decorator.js';
import { CompletionWaiter, parseWait } from './prefer-wait.js';

/**
 * Holds back an accepted (202) answer until what was begun is done. Registered before the idempotency
 * interceptor, hence around it: the wait begins after the commit, for a replayed answer too, and what is recorded
 * under the key is the answer before the wait.
 */
@Injectable()
export class PreferWaitInterceptor implements NestInterceptor, BeforeApplicationShutdown {
  private readonly logger = new Logger(PreferWaitInterceptor.name);
  private readonly waiting = new Set<AbortController>();

  constructor(
    private readonly reflector: Reflector,
    private readonly moduleRef: ModuleRef,
  ) {}

  beforeApplicationShutdown(): void {
    for (const waiting of this.waiting) waiting.abort();
  }

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (!this.reflector.get<boolean | undefined>(PREFERS_WAIT, context.getHandler())) return next.handle();
    const http = context.switchToHttp();
    const seconds = parseWait(http.getRequest<ApiRequest>().get('prefer'));
    if (seconds === null) return next.handle();
    const response = http.getResponse<Response>();
    return next.handle().pipe(mergeMap((body) => this.wait(body, seconds, response)));
  }

  private async wait(body: unknown, seconds: number, response: Response): Promise<unknown> {
    const id = idOf(body);
    if (response.statusCode !== 202 || id === null) return body;
    const waiting = new AbortController();
    const onHangUp = () => waiting.abort();
    this.waiting.add(waiting);
    response.once('close', onHangUp);
    response.setHeader('Preference-Applied', `wait=${seconds}`);
    try {
      return await this.waiter().wait(id, seconds * 1000, waiting.signal);
    } catch (error) {
      // What was asked for has been committed: a failed wait must not turn it into a failed request.
      this.logger.warn({ msg: 'Waiting for an end failed; answered without', id, err: error });
      return body;
    } finally {
      response.off('close', onHangUp);
      this.waiting.delete(waiting);
    }
  }

  /** Looked up late: this is the ground floor, and the module that provides it is built after it. */
  private waiter(): CompletionWaiter {
    return this.moduleRef.get<CompletionWaiter>(CompletionWaiter, { strict: false });
  }
}

function idOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('id' in body)) return null;
  return typeof body.id === 'string' ? body.id : null;
}
