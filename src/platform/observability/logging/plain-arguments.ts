import { redact } from './redact.js';

/**
 * What was logged, as fields, message and values for its placeholders, and the last two redacted (the fields are,
 * where they are written).
 *
 * Pino by itself drops values that have no placeholder, which is how everyone writes `logger.error('…', error)`,
 * and takes the raw message of an error that comes without words; here they become fields, and `msg` appears once.
 */
export function plainArguments([first, ...rest]: readonly unknown[]): [
  Record<string, unknown>,
  ...unknown[],
] {
  const isText = typeof first !== 'object' || first === null;
  const { msg, ...fields } = asFields(isText ? {} : first);
  const [text = msg, ...values] = isText ? [first, ...rest] : rest;
  const places = typeof text === 'string' ? (text.match(/%[sdifjoOc]/g)?.length ?? 0) : 0;
  const all = values
    .slice(places)
    .reduce<Record<string, unknown>>((known, value) => ({ ...asFields(value), ...known }), fields);
  const words = text ?? (all.err instanceof Error ? all.err.message : undefined);
  if (words === undefined) return [all];
  return [all, redact(words), ...values.slice(0, places).map((value) => redact(value))];
}

function asFields(value: unknown): Record<string, unknown> {
  if (value instanceof Error) return { err: value };
  if (typeof value === 'object' && value !== null) return { ...value };
  return value === undefined ? {} : { more: value };
}
