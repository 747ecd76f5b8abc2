import { z } from 'zod';
import { pageQuery } from '../../platform/http/page.js';

export const listProductsQuery = z.strictObject({ ...pageQuery });

export type ListProductsQuery = z.infer<typeof listProductsQuery>;

/** The sort key of the list: the product's UUIDv7, which tells the order of creation. */
export const productCursor = z.strictObject({ id: z.uuid() });
