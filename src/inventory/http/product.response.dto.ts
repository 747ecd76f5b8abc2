import { z } from 'zod';
import type { CatalogueProduct } from '../application/catalogue.js';

export const productResponse = z
  .object({
    sku: z.string().describe('Stock keeping unit.'),
    name: z.string().describe('As customers read it.'),
    unitAmount: z.int().describe('Price of one piece in minor units of `currency`.'),
    currency: z.string().describe('ISO 4217.'),
    version: z.int().describe('1 for a new product; each PUT adds one.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        sku: 'SKU-1',
        name: 'Coffee beans, 1 kg',
        unitAmount: 1890,
        currency: 'EUR',
        version: 1,
        createdAt: '2026-11-21T09:00:00.000Z',
        updatedAt: '2026-11-21T09:00:00.000Z',
      },
    ],
  });

export type ProductResponse = z.infer<typeof productResponse>;

/** Field by field, so that a new column is not published by accident. */
export function toProductResponse(product: CatalogueProduct): ProductResponse {
  return {
    sku: product.sku,
    name: product.name,
    unitAmount: product.unitAmount,
    currency: product.currency,
    version: product.version,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
  };
}
