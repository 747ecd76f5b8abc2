import { z } from 'zod';

const WRONG = 'Must be one line of text.';
/** Control characters (PostgreSQL cannot even store NUL) and halves of surrogate pairs, which are no Unicode text. */
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/**
 * One line of text with something in it. What it must not hold is no pattern: generated clients would read
 * `\p{…}` without the `u` flag, where it means something else, and refuse good names.
 */
export const lineOfText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/\S/, WRONG)
    .refine((text) => !NO_TEXT.test(text), { error: WRONG, params: { code: 'BAD_FORMAT' } });
