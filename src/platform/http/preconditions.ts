import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ApiRequest } from './actor.js';
import { Problem, validationProblem } from './problem.js';

/** The version a client has seen; null: it sent no `If-Match`, or `*`, and takes any version. */
export type ExpectedVersion = number | null;

/**
 * Reads `If-Match: "<version>"`.
 * @throws Problem 400 at `/If-Match` when it is anything else but `*`.
 */
export function parseIfMatch(header: string | undefined): ExpectedVersion {
  if (header === undefined || header.trim() === '*') return null;
  const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw validationProblem([
    {
      pointer: '/If-Match',
      code: 'BAD_FORMAT',
      detail: 'Write the version in double quotes: If-Match: "3".',
    },
  ]);
}

const IfMatchHeader = createParamDecorator((_: unknown, context: ExecutionContext): ExpectedVersion =>
  parseIfMatch(context.switchToHttp().getRequest<ApiRequest>().get('if-match')),
);

/** The version the client expects, as a parameter of a controller method; describes the header in OpenAPI too. */
export function IfMatch(): ParameterDecorator {
  return (target, method, index) => {
    IfMatchHeader()(target, method, index);
    const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
    if (method === undefined || !descriptor) return;
    ApiIfMatch()(target, method, descriptor);
  };
}

/** Describes the header in OpenAPI, for a route whose parameter is another than `IfMatch`. */
export const ApiIfMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The version you have seen, in double quotes; 412 when it has moved on. Left out: any.',
      schema: { type: 'string', pattern: '^("\\d{1,15}"|\\*)$' },
    }),
  );

/**
 * Compares what the client has seen with what is there.
 * @throws Problem 412 `HTTP.PRECONDITION_FAILED` when the version has moved on.
 */
export function requireMatch(expected: ExpectedVersion, version: number): void {
  if (expected === null || expected === version) return;
  throw new Problem({
    status: 412,
    code: 'HTTP.PRECONDITION_FAILED',
    detail: `You have seen version ${expected}; it is at version ${version} now. Read it again and decide anew.`,
    details: { version },
  });
}
