import type { StoredError } from './state.js';

/** Longest message or stack that is stored, in characters: an error must not make a journal grow without bound. */
const maxLength = { name: 200, message: 2_000, stack: 4_000 } as const;
const maxChain = 8;

/** An error as data: it crosses journal and processes, so it is classified by code, never by class. */
export function storeError(error: unknown, code: string | null = codeOf(error)): StoredError {
  const known = error instanceof Error;
  return {
    name: known ? cut(textOf(error.name), maxLength.name) : 'Error',
    code: code === null ? null : cut(code, maxLength.name),
    message: cut(textOf(known ? error.message : error), maxLength.message),
    stack: known && error.stack ? cut(textOf(error.stack), maxLength.stack) : null,
    chain: chainOf(error),
  };
}

/** An error of the engine's own, without a stack: nothing was thrown. */
export function engineError(code: string, message: string): StoredError {
  return { name: 'SagaError', code, message, stack: null, chain: [] };
}

/** The `code` of an error that has a textual one. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function chainOf(error: unknown): string[] {
  const chain: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && cause !== null && chain.length < maxChain) {
    const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : textOf(cause);
    chain.push(cut(text, maxLength.message));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return chain;
}

function cut(text: string, length: number): string {
  const short = text.length <= length ? text : `${text.slice(0, length - 1)}…`;
  // PostgreSQL's jsonb holds neither a NUL character nor half a surrogate pair (which cutting may leave), and an error
  // must never fail to be stored.
  return short.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Anything can be thrown, also what has no text. */
function textOf(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null && !(value instanceof Error)
      ? (JSON.stringify(value) ?? 'an object')
      : String(value);
  } catch {
    return 'something that has no text';
  }
}
