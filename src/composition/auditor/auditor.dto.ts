import { z } from 'zod';
import type { Report } from './reports.js';

const example = {
  code: 'BILLING.KEPT_NOT_AS_OWED',
  text: 'Order 019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d is cancelled and owes EUR 0.00, but EUR 39.98 is kept for it.',
  orderId: '019f643a-0c50-7a3b-8c4d-5e6f7a8b9c0d',
  sagaId: '019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f',
  repair: 'Compare GET /v1/payments?orderId= with the gateway and refund there what is kept too much.',
} as const;

const violation = z.object({
  code: z.string().describe('Stable; which rule is broken.'),
  text: z.string().describe('What is wrong, in one sentence.'),
  orderId: z.uuid().nullable().describe('Null: it is not about one order.'),
  sagaId: z.uuid().nullable().describe('Null: no saga is known.'),
  repair: z.string().describe('What an operator may do about it.'),
});

export const invariantsReport = z
  .object({
    checkedAt: z.iso.datetime().describe('When the check began.'),
    durationMs: z.int().describe('How long it took.'),
    violations: z.array(violation).describe('Empty: the books are clean. At most 500 of each kind.'),
  })
  .meta({
    examples: [
      { checkedAt: '2026-07-15T09:36:00.000Z', durationMs: 42, violations: [example] },
      { checkedAt: '2026-07-15T09:37:00.000Z', durationMs: 38, violations: [] },
    ],
  });

export type InvariantsReport = z.infer<typeof invariantsReport>;

export function toInvariantsReport({ checkedAt, durationMs, violations }: Report): InvariantsReport {
  return {
    checkedAt: checkedAt.toISOString(),
    durationMs,
    violations: violations.map(({ code, text, orderId, sagaId, repair }) => ({
      code,
      text,
      orderId,
      sagaId,
      repair,
    })),
  };
}
