import { z } from 'zod';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** So high that 100 lines of 10,000 pieces still add up exactly. */
const HIGHEST_UNIT_AMOUNT = 1_000_000_000;

/** What a product says; it replaces what it said before. */
export const putProductRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(200).describe('As customers read it.'),
    unitAmount: z
      .int()
      .min(0)
      .max(HIGHEST_UNIT_AMOUNT)
      .describe(
        'Price of one piece in minor units of `currency`; 0 is a give-away, which is sold only beside something ' +
          'else. Orders placed before keep their price.',
      ),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'A currency is three capital letters (ISO 4217).', abort: true })
      .refine((code) => CURRENCIES.has(code), { error: 'ISO 4217 knows no such currency.' })
      .describe('ISO 4217.'),
  })
  .meta({ examples: [{ name: 'Coffee beans, 1 kg', unitAmount: 1890, currency: 'EUR' }] });

export type PutProductRequest = z.infer<typeof putProductRequest>;
