import { z } from 'zod';

export const definitionName = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'The definition.', example: 'order-fulfillment' });

export const versionNumber = z.coerce
  .number()
  .int()
  .min(1)
  .max(2_147_483_647)
  .meta({ description: 'A whole number from 1.', example: 2 });
