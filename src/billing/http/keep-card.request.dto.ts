import { z } from 'zod';

const MOST_DIGITS = 32;

/** A card, on its way through. Nothing of it is kept but the last four digits and a verdict. */
export const keepCardRequest = z
  .strictObject({
    holder: z.string().trim().min(1).max(200).describe('The name on the card. Not kept.'),
    number: z
      .string()
      .max(2 * MOST_DIGITS)
      .transform((number) => number.replaceAll(/[ -]/g, ''))
      .pipe(
        z
          .string()
          .regex(new RegExp(`^\\d{1,${MOST_DIGITS}}$`), 'Must be digits; spaces and hyphens may part them.'),
      )
      .describe(
        'Any digits; spaces and hyphens may part them. A number that fails its check digit, or has a length that its ' +
          'brand does not have, is taken, and declined when it is charged (`BILLING.INCORRECT_NUMBER`).',
      ),
    expiryMonth: z.int().min(1).max(12),
    expiryYear: z.int().min(2000).max(2199).describe('Four digits.'),
    cvc: z
      .string()
      .regex(/^\d{3,4}$/, 'Must be three or four digits.')
      .describe('Not kept.'),
  })
  .meta({
    example: {
      holder: 'Ada Lovelace',
      number: '4242424242424242',
      expiryMonth: 12,
      expiryYear: 2034,
      cvc: '123',
    },
  });

export type KeepCardRequest = z.infer<typeof keepCardRequest>;
