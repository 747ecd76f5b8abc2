import { createHash } from 'node:crypto';
import type { ApiRequest } from './actor.js';

/**
 * SHA-256 of what a request asks for: method, path with query, and body. Two bodies that differ in the order of
 * fields or in white space ask for the same.
 */
export function requestHash({ method, originalUrl, body }: ApiRequest): Buffer {
  return createHash('sha256')
    .update(`${method} ${originalUrl}\n`)
    .update(JSON.stringify(body, sortKeys) ?? '')
    .digest();
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
