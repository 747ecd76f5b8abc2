import { z } from 'zod';

export const paymentMethodResponse = z
  .object({
    id: z.string().describe('The token to pay with: `paymentMethod` of an order.'),
    brand: z.string().describe('`visa`, `mastercard`, …; `unknown` when the number does not tell.'),
    last4: z.string().describe('The last four digits of the number.'),
  })
  .meta({ examples: [{ id: 'pm_019aa3f05c1e7b649d0e2f1f3a5b7c9d', brand: 'visa', last4: '4242' }] });

export type PaymentMethodResponse = z.infer<typeof paymentMethodResponse>;
