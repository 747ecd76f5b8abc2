import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock and ours may be apart, in seconds; also how long a recorded request can be replayed. */
const TOLERANCE_SECONDS = 5 * 60;

/** The request header that carries the signature. */
export const SIGNATURE_HEADER = 'Webhook-Signature';

/** The value of the header for this body, signed now: `t=<unix seconds>,v1=<hex hmac-sha256 of "t.body">`. */
export function sign(secret: string, body: string | Buffer, now: Date): string {
  const t = Math.floor(now.getTime() / 1000);
  return `t=${t},v1=${hmac(secret, t, body).toString('hex')}`;
}

/**
 * True when the header signs exactly this body with one of the secrets, not longer than five minutes ago. There
 * may be several `v1=`, of which one must fit, as there are while a sender changes its secret.
 * @param rawBody as it came over the wire: JSON that was parsed and written again is another text
 */
export function verify(
  secrets: readonly string[],
  header: string | undefined,
  rawBody: Buffer,
  now: Date,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim());
  const [time, ...otherTimes] = valuesOf(parts, 't=');
  if (time === undefined || otherTimes.length > 0 || !/^\d{1,12}$/.test(time)) return false;
  const seconds = Number(time);
  if (Math.abs(now.getTime() / 1000 - seconds) > TOLERANCE_SECONDS) return false;
  const presented = valuesOf(parts, 'v1=')
    .filter((hex) => /^[0-9a-f]{64}$/i.test(hex))
    .map((hex) => Buffer.from(hex, 'hex'));
  return secrets
    .map((secret) => hmac(secret, seconds, rawBody))
    .some((expected) => presented.some((signature) => timingSafeEqual(signature, expected)));
}

function hmac(secret: string, seconds: number, body: string | Buffer): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

function valuesOf(parts: readonly string[], prefix: string): string[] {
  return parts.filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length));
}
