import { applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** Name of the problem schema in the OpenAPI document. */
export const PROBLEM_SCHEMA = 'Problem';

/**
 * Names the module's own error answers of a route by status and code, e.g. `{ 409: ['ORDERS.TOO_LATE'] }`. The
 * general ones (400, 401, 403, 404, 412, 413, 415, 422, 429, 503) are added by themselves where they apply.
 */
export const ApiProblems = (problems: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(problems).map(([status, codes]) =>
      ApiResponse({
        status: Number(status),
        description: codes.map((code) => `\`${code}\``).join(', '),
        content: {
          'application/problem+json': { schema: { $ref: getSchemaPath(PROBLEM_SCHEMA) } },
        },
      }),
    ),
  );
