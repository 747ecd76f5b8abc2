import { z } from 'zod';
import { defaultCompensationPolicy } from '../definition/index.js';

/** What turned up late: the order that it was done for, and our reference of it, which is the outside's too. */
export const lateSuccess = z.object({ orderId: z.uuid(), reference: z.uuid() });

/** An undo of its own, and so as patient as one; to repeat it is safe however much later, whatever keys are forgotten. */
export const undoneForGood = {
  retry: defaultCompensationPolicy,
  keyProtectionMs: 100 * 365 * 24 * 60 * 60 * 1_000,
};
