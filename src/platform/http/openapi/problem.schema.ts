import { z } from 'zod';

/** The problem document as the OpenAPI document describes it; the type to code with is in `problem.ts`. */
const problemSchema = z
  .object({
    type: z.string().describe('Always `about:blank`: the kind is told by `code`.'),
    title: z.string().describe('The status in words.'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What is wrong, for a developer to read.'),
    instance: z.string().describe('Path of the request.'),
    code: z.string().describe('Stable, `MODULE.REASON`: what to match on.'),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .describe('JSON pointer (RFC 6901) into the body, or `/name` of a parameter; empty: the whole.'),
          code: z.string().describe('Stable word for the kind of mistake.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('Everything wrong with the request, at once.'),
    details: z.record(z.string(), z.unknown()).optional().describe('Further data that belongs to the code.'),
    traceId: z.string().describe('W3C trace id; the logs carry it too.'),
  })
  .meta({
    description: 'A problem document (RFC 9457): the body of every error answer.',
    example: {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request has a mistake.',
      instance: '/v1/orders',
      code: 'HTTP.VALIDATION',
      errors: [
        { pointer: '/lines/0/quantity', code: 'TOO_SMALL', detail: 'Too small: expected number to be >=1' },
      ],
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  });

export const problemJsonSchema = z.toJSONSchema(problemSchema, { target: 'openapi-3.0' });
