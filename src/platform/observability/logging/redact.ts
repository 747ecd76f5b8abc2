/**
 * Keeps secrets and personal data out of the logs, wherever in a logged object they lie. Whoever logs should not
 * hand them over in the first place; this is the net below.
 */

const HIDDEN = '[redacted]';

/** Field names, in lower case, whose value never appears. */
const SECRET_FIELDS = new Set([
  ...['authorization', 'cookie', 'password', 'secret', 'apikey', 'token', 'webhook-signature'],
  ...['number', 'cardnumber', 'cvc', 'expirymonth', 'expiryyear', 'holder'],
  ...['shippingaddress', 'address', 'line1', 'line2', 'city', 'postalcode'],
  ...['email', 'phone', 'parameters'],
]);

/**
 * Digits that may be a card's: 13 to 19 in a row, or in groups of four. No Luhn check, because a mistyped card
 * number is a card number too.
 */
const CARD_NUMBER = /(?<![\w.-])(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7})(?![\w.-]*\w)/g;

/** Deeper than any object we log on purpose. */
const DEEPEST = 6;

/** A copy without what must not be logged; text without what looks like a card number. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (depth >= DEEPEST) return '[…]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      key,
      isSecret(key, inside) ? HIDDEN : redact(inside, depth + 1),
    ]),
  );
}

/** A card's number is text; the number of an attempt is not, and is wanted. */
function isSecret(key: string, value: unknown): boolean {
  return SECRET_FIELDS.has(key.toLowerCase()) && !(key === 'number' && typeof value === 'number');
}

export function redactText(text: string): string {
  return text.replace(CARD_NUMBER, HIDDEN);
}

/**
 * Of an error only what we know to be harmless: drivers attach whole statements with their values, and
 * PostgreSQL's `detail` quotes the row.
 */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    stack: redactText(error.stack ?? ''),
    ...(error.cause !== undefined && depth < DEEPEST && { cause: redact(error.cause, depth + 1) }),
  };
}
