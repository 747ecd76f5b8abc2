import type { StoredError } from './state.js';

/** Longest message or stack that is stored, in characters: an error must not make a journal grow without bound. */
const maxLength = { message: 2_000, stack: 4_000 } as const;
const maxChain = 8;

/** An error as data: it crosses journal and processes, so it is classified by code, never by class. */
export function storeError(error: unknown, code: string | null = codeOf(error)): StoredError {
  const known = error instanceof Error;
  return {
    name: known ? error.name : 'Error',
    code,
    message: cut(known ? error.message : String(error), maxLength.message),
    stack: known && error.stack ? cut(error.stack, maxLength.stack) : null,
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
    chain.push(
      cut(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), maxLength.message),
    );
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return chain;
}

function cut(text: string, length: number): string {
  // PostgreSQL's jsonb holds neither a NUL character nor half a surrogate pair, and an error must never fail to be stored.
  const clean = text.replace(/[\u0000\uD800-\uDFFF]/gu, '\uFFFD');
  return clean.length <= length ? clean : `${clean.slice(0, length - 1)}…`;
}
