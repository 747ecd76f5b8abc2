import type { ApiRequest } from './actor.js';

/**
 * What a request asks for: method, path with query, and body, as one text. Two bodies that differ in the order of
 * fields or in white space ask for the same.
 */
export function requestText({ method, originalUrl, body }: ApiRequest): string {
  return `${method} ${originalUrl}\n${JSON.stringify(body, sortKeys) ?? ''}`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
