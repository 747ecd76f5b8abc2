import { z } from 'zod';

export const money = z.object({
  currency: z.string().describe('ISO 4217.'),
  amount: z.int().describe('Minor units.'),
});

const failureGroup = z
  .object({
    definition: z.string(),
    version: z.int(),
    step: z.string().describe('The failing step; while something is undone, the step whose undoing fails.'),
    errorCode: z
      .string()
      .describe('Of sagas that a breaker holds: the code that opened it. `SAGA.UNCLASSIFIED` for none.'),
    count: z.int().describe('Sagas.'),
    firstSeenAt: z.iso.datetime().describe('Since when the one fails that has been failing longest.'),
    lastSeenAt: z.iso.datetime().describe('When one of them moved last.'),
    moneyAtRisk: z
      .array(money)
      .describe(
        'Of the orders concerned, by currency: what was captured and not given back, and charges that are pending ' +
          'or unknown.',
      ),
    stockAtRisk: z
      .array(z.object({ sku: z.string(), quantity: z.int() }))
      .describe(
        'Of the orders concerned, by product: pieces that are reserved, or were taken and not returned.',
      ),
  })
  .meta({
    examples: [
      {
        definition: 'order-fulfillment',
        version: 2,
        step: 'arrange-shipping',
        errorCode: 'SHIPPING.UNAVAILABLE',
        count: 500,
        firstSeenAt: '2026-07-15T09:30:04.000Z',
        lastSeenAt: '2026-07-15T09:35:12.000Z',
        moneyAtRisk: [{ currency: 'EUR', amount: 1_999_000 }],
        stockAtRisk: [{ sku: 'SKU-1', quantity: 1000 }],
      },
    ],
  });

export const failureList = z.object({ items: z.array(failureGroup) });

export type FailureGroup = z.infer<typeof failureGroup>;
export type FailureList = z.infer<typeof failureList>;
