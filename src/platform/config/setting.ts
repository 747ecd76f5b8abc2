import { z } from 'zod';

/** A setting from text: undefined from `read` means that the text does not say what was expected. */
export function setting<T>(expected: string, read: (text: string) => T | undefined) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

export const oneOf = <const T extends string>(...words: T[]) =>
  setting(`one of ${words.join(', ')}`, (text) => words.find((word) => word === text));
