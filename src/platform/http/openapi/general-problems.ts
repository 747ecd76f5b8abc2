import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_SCHEMA } from '../api-problems.decorator.js';
import { SIGNATURE_HEADER } from '../webhook-signature.js';
import {
  hasHeader,
  operationsOf,
  parametersOf,
  rolesOf,
  type ApiResponseObject,
  type Operation,
} from './operations.js';

/**
 * The error answers that follow from what an operation is: they are worked out here rather than written on every
 * route, so none can be forgotten. A module's own ones (`@ApiProblems`) stand beside them.
 */
export function addGeneralProblems(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    if (isProbe(operation)) continue;
    for (const [status, codes] of Object.entries(generalProblems(operation))) {
      operation.responses[status] = withCodes(operation.responses[status] as ApiResponseObject, codes);
    }
  }
}

function generalProblems(operation: Operation): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  const when = (applies: boolean, status: number, ...codes: string[]) => {
    if (applies) problems[status] = [...(problems[status] ?? []), ...codes];
  };
  const keyed = !isPublic(operation);
  const hasBody = operation.requestBody !== undefined;
  const idempotent = hasHeader(operation, 'Idempotency-Key');
  when(true, 400, 'HTTP.VALIDATION');
  when(hasBody, 400, 'HTTP.MALFORMED_JSON');
  when(keyed, 401, 'HTTP.UNAUTHENTICATED');
  when(hasHeader(operation, SIGNATURE_HEADER), 401, 'HTTP.BAD_SIGNATURE');
  when(keyed, 403, 'HTTP.FORBIDDEN');
  when(parametersOf(operation, 'path').length > 0, 404);
  when(idempotent, 409, 'IDEMPOTENCY.IN_PROGRESS');
  when(hasHeader(operation, 'If-Match'), 412, 'HTTP.PRECONDITION_FAILED');
  when(hasBody, 413, 'HTTP.TOO_LARGE');
  when(hasBody, 415, 'HTTP.UNSUPPORTED_MEDIA_TYPE');
  when(idempotent, 422, 'IDEMPOTENCY.MISMATCH');
  when(keyed, 429, 'HTTP.THROTTLED');
  when(true, 503, 'HTTP.UNAVAILABLE');
  return problems;
}

function withCodes(own: ApiResponseObject | undefined, codes: readonly string[]): ApiResponseObject {
  const named = codes.map((code) => `\`${code}\``).filter((code) => !own?.description?.includes(code));
  return {
    ...own,
    description: [own?.description, ...named].filter(Boolean).join(', ') || 'There is no such thing.',
    content: own?.content ?? {
      'application/problem+json': { schema: { $ref: getSchemaPath(PROBLEM_SCHEMA) } },
    },
  };
}

function isPublic(operation: Operation): boolean {
  return rolesOf(operation)?.includes('public') ?? false;
}

/** A health check: public, unsigned, and its 503 is an answer, not a problem. */
function isProbe(operation: Operation): boolean {
  return isPublic(operation) && !hasHeader(operation, SIGNATURE_HEADER);
}
