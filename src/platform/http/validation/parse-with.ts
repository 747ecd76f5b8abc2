import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Violation } from '../problem.js';
import { unstorableText } from './unstorable-text.js';
import { violationsOf } from './violations.js';

/** What a schema made of a value, or everything that is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly violations: readonly Violation[] };

/**
 * Checks a value from outside against a schema, and its texts against what can be stored.
 * @param at where the value lies in the request, for the pointers; the root by default
 */
export async function parseWith<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
  at: readonly PropertyKey[] = [],
): Promise<Parsed<T>> {
  const result = await schema['~standard'].validate(value);
  const violations = [...unstorableText(value, at), ...violationsOf(result.issues ?? [], value, at)];
  if (violations.length > 0 || result.issues) return { violations };
  return { value: result.value };
}
