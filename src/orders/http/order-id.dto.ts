import { z } from 'zod';

/** An order's id in a path; lower case, as ids are compared. */
export const orderIdSchema = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'The order.', example: '01980b5e-2c4a-7c3e-9f6d-3a1b2c4d5e6f' });
