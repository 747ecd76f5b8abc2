import { pointer, type Violation } from '../problem.js';

/** More than anyone reads; a hostile body must not make the answer larger than itself. */
const MOST = 100;

/**
 * Every text in a value that PostgreSQL has no place for, though no schema forbids it: NUL characters and lone
 * surrogates, in fields and in their names.
 * @param value must not nest deeply: see `sound-input.guard.ts`
 * @param at where the value itself lies
 */
export function unstorableText(value: unknown, at: readonly PropertyKey[]): Violation[] {
  const found: Violation[] = [];
  walk(value, [...at], found);
  return found;
}

function walk(value: unknown, at: PropertyKey[], found: Violation[]): void {
  if (typeof value === 'string') check(value, at, found);
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, inside] of Object.entries(value)) {
    at.push(key);
    if (!isList) check(key, at, found);
    walk(inside, at, found);
    at.pop();
  }
}

function check(text: string, at: readonly PropertyKey[], found: Violation[]): void {
  if (found.length >= MOST || (!text.includes('\0') && !/\p{Surrogate}/u.test(text))) return;
  // The bad text may be a field's name, and then it is part of the pointer: the answer itself must be sound.
  const where = pointer(at)
    .replaceAll('\0', '\uFFFD')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  found.push({
    pointer: where,
    code: 'BAD_TEXT',
    detail: 'Holds a NUL character or half a surrogate pair.',
  });
}
