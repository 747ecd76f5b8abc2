import { z } from 'zod';

/** A product's name in machines: in URLs, orders and stock rows. Case matters. */
export const sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error:
      'A SKU has 1–64 letters, digits, dots, underscores and hyphens, and begins with a letter or digit.',
  })
  .meta({ description: 'Stock keeping unit.', examples: ['SKU-1'] });
