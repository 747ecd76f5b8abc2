import { z } from 'zod';
import { orderSchema } from './order.response.dto.js';

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  traceId: z.string(),
});

export const batchAnswerSchema = z.object({
  items: z.array(
    z.object({
      index: z.int().describe('Position in the request, from 0.'),
      status: z.int().describe('What the answer would have been to this order alone: 202, 400 or 422.'),
      order: orderSchema.optional().describe('When it was taken.'),
      problem: problemSchema
        .optional()
        .describe('When it was not; pointers lead from the root of the request.'),
    }),
  ),
});
