import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { LONGEST_WAIT } from './prefer-wait.js';

export const PREFERS_WAIT = 'platform:prefers-wait';

/**
 * A 202 of this route honours `Prefer: wait=N`: the answer waits, after the commit, until what was begun is done.
 * The body must have an `id`.
 */
export const PreferWait = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(PREFERS_WAIT, true),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description: `\`wait=N\`: wait up to N seconds (at most ${LONGEST_WAIT}) for the end before answering (RFC 7240).`,
      schema: { type: 'string', pattern: '^wait=\\d+$', example: 'wait=5' },
    }),
  );
