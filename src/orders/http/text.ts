import { z } from 'zod';

/**
 * One line of text with something in it: no control characters (PostgreSQL cannot even store NUL) and no halves
 * of surrogate pairs, which are no Unicode text.
 */
export const lineOfText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]+$/u, 'Must be one line of text.');
