import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/**
 * Keeps what a request said and what it was answered unreadable in our tables: both may hold names and addresses,
 * and a card request its number, of which even a plain hash could be guessed back. The key is derived from the
 * caller's own API key, which we do not keep: only the same caller, asking again, can open it.
 */
export class AnswerSeal {
  private readonly key: Buffer;

  /** @param secret the API key as the caller presented it @param purpose separates one request's seal from another's */
  constructor(secret: string, purpose: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, purpose, 'idempotency', 32));
  }

  /** A keyed hash: equal for equal texts, and of no use to whoever has not the key. 32 bytes. */
  digest(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }

  seal(text: string): string {
    const iv = randomBytes(ivLength);
    const sealing = createCipheriv(cipher, this.key, iv);
    const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
    return Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws Error when it was sealed with another key, or changed */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const opening = createDecipheriv(cipher, this.key, bytes.subarray(0, ivLength));
    opening.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
    const rest = bytes.subarray(ivLength + tagLength);
    return Buffer.concat([opening.update(rest), opening.final()]).toString('utf8');
  }
}
