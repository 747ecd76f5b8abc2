import { HttpException } from '@nestjs/common';
import { Problem } from '../problem.js';

interface Wording {
  readonly code: string;
  readonly detail: string;
}

/** What Nest, Express and their plug-ins refuse by themselves, in our words. */
const BY_STATUS: Readonly<Record<number, Wording>> = {
  400: { code: 'HTTP.BAD_REQUEST', detail: 'The request cannot be read.' },
  401: { code: 'HTTP.UNAUTHENTICATED', detail: 'Send a valid key: Authorization: Bearer <key>.' },
  403: { code: 'HTTP.FORBIDDEN', detail: 'This is not allowed.' },
  404: { code: 'HTTP.NOT_FOUND', detail: 'There is nothing at this path.' },
  413: { code: 'HTTP.TOO_LARGE', detail: 'The body is too large: 1 MiB at most, 8 MiB for a batch.' },
  415: {
    code: 'HTTP.UNSUPPORTED_MEDIA_TYPE',
    detail: 'Send JSON: Content-Type: application/json, in UTF-8.',
  },
  503: { code: 'HTTP.UNAVAILABLE', detail: 'The service cannot answer now. Try again.' },
};

/** The problem for an exception of the framework; null when it stands for an error of ours. */
export function exceptionProblem(exception: HttpException): Problem | null {
  const status = exception.getStatus();
  if (isMalformedJson(exception.cause)) {
    return new Problem({ status, code: 'HTTP.MALFORMED_JSON', detail: 'The body is not valid JSON.' });
  }
  const wording = BY_STATUS[status];
  if (wording) return new Problem({ status, ...wording });
  if (status >= 400 && status < 500) {
    return new Problem({ status, code: `HTTP.${status}`, detail: exception.message });
  }
  return null;
}

/** body-parser names what went wrong in `type`. */
function isMalformedJson(cause: unknown): boolean {
  return cause instanceof Error && 'type' in cause && cause.type === 'entity.parse.failed';
}
