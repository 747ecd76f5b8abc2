import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { core } from 'zod';
import { pointer, type Violation } from '../problem.js';

/** More than anyone reads; a hostile body must not make the answer larger than itself. */
const MOST = 1000;

/**
 * Turns a schema's issues into violations with our own stable words, so that clients do not see which library
 * validates.
 * @param value what was validated, to tell a missing field from a wrong one
 * @param at where the value itself lies
 */
export function violationsOf(
  issues: readonly StandardSchemaV1.Issue[],
  value: unknown,
  at: readonly PropertyKey[],
): Violation[] {
  const found = new Map<string, Violation>();
  for (const violation of issues.flatMap((issue) => violationsOfIssue(issue, value, at))) {
    // Two rules broken in the same way at the same place (`int` and `max`) are one mistake.
    const key = `${violation.pointer} ${violation.code}`;
    if (!found.has(key)) found.set(key, violation);
  }
  return [...found.values()].slice(0, MOST);
}

function violationsOfIssue(
  issue: StandardSchemaV1.Issue,
  value: unknown,
  at: readonly PropertyKey[],
): Violation[] {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const known = issue as core.$ZodIssue;
  const here = pointer([...at, ...path]);
  if (known.code === 'unrecognized_keys') {
    return known.keys.map((key) => ({
      pointer: pointer([...at, ...path, key]),
      code: 'UNKNOWN_FIELD',
      detail: 'There is no such field.',
    }));
  }
  if (valueAt(value, path) === undefined && known.code !== 'custom') {
    return [{ pointer: here, code: 'REQUIRED', detail: 'This is missing.' }];
  }
  return [{ pointer: here, code: codeOfIssue(known), detail: issue.message }];
}

function codeOfIssue(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'WRONG_TYPE';
    case 'too_small':
      return 'TOO_SMALL';
    case 'too_big':
      return 'TOO_LARGE';
    case 'invalid_format':
    case 'not_multiple_of':
      return 'BAD_FORMAT';
    case 'invalid_value':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return 'NOT_ALLOWED';
    case 'custom':
      // A module's own rule names its code: `ctx.addIssue({ code: 'custom', params: { code: 'ORDERS.…' } })`.
      return typeof issue.params?.code === 'string' ? issue.params.code : 'NOT_ALLOWED';
    default:
      return 'NOT_ALLOWED';
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
}
