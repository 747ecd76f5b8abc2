import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

export const IDEMPOTENT = 'platform:idempotent';

export interface IdempotentOptions {
  /**
   * Requests that come at the same time may share a transaction (see `GroupCommit`). For a method that is called often,
   * is short, says no before it writes, and may be called twice for one request, the first time without an effect.
   */
  readonly sharesCommits?: boolean;
}

/**
 * For every route that creates or moves something. The method runs inside one unit of work; with an
 * `Idempotency-Key` the record of its answer commits with its effects, and the same request again gets the same
 * answer again. See `idempotency.interceptor.ts` for what exactly is guaranteed.
 */
export const Idempotent = (options: IdempotentOptions = {}): MethodDecorator =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any text of 1–255 characters that is new for every new request. The same key with the same request ' +
        'answers the first answer again; kept for at least 24 hours. Left out: nothing is deduplicated.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
