import { z } from 'zod';
import { message } from './message.js';

/**
 * The business says no, for good: not an outage, never retried.
 *
 * A handler that *throws* it has its writes rolled back; one that *returns* it (batch and external handlers) keeps what
 * it wrote, such as the payment marked `declined`.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  /**
   * @param code stable, `MODULE.REASON`, e.g. `INVENTORY.OUT_OF_STOCK`; clients and definitions match on it
   * @param message a sentence a customer may read
   * @param details plain data for operators and problem documents; null when the code says it all
   */
  constructor(
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> | null = null,
  ) {
    super(message);
  }
}

/** What every rejection event carries. */
export const rejectionSchema = z.object({
  /** The business key that the command was about: the order's id. */
  subject: z.string(),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});

/** Makes the base class of a rejection event: the outcome event of a step that the business refused. */
export function rejectionEvent(wireName: string) {
  return message(wireName, rejectionSchema);
}

/** An error by its code: survives the journal, where `instanceof` does not. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
