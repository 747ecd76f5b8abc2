import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { codeOf } from '../rejection.js';
import { claimIdempotencyKey } from './sql/claim-idempotency-key.sql.js';
import { completeIdempotencyRecord } from './sql/complete-idempotency-record.sql.js';

/** Which request an answer belongs to. */
export interface IdempotencyKey {
  /** Whose key it is: the name of the API key. */
  readonly scope: string;
  /** As the client chose it, 1–255 characters. */
  readonly key: string;
  /** 32 bytes: a keyed hash of what was asked. */
  readonly requestHash: Buffer;
}

/** An answer as it was given. */
export interface StoredAnswer {
  readonly status: number;
  /** The `Location` header; null when there was none. */
  readonly location: string | null;
  /** As the caller of `complete` wants it kept (sealed, at the edge); null for an answer without a body. */
  readonly body: string | null;
}

/** The key is held by a request that is still running. */
export class KeyInUseError extends Error {
  override readonly name = 'KeyInUseError';
}

/** The key belongs to another request than this one. */
export class KeyMismatchError extends Error {
  override readonly name = 'KeyMismatchError';
}

interface RecordRow {
  readonly request_hash: Buffer;
  readonly status: number;
  readonly location: string | null;
  readonly body: string | null;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * What was answered under which key.
 *
 * Guarantees: of all transactions that claim a key, exactly one commits with it, and a record commits with the
 * effects of its transaction or not at all; a rolled back transaction leaves the key free. Nothing here outlives
 * the transaction: no setting of the connection, no advisory lock. All methods belong inside a unit of work.
 */
@Injectable()
export class IdempotencyRecords {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Claims the key for the ambient transaction, or finds the answer it already has.
   * @returns null: it is ours, and `complete` must follow before the commit
   * @throws KeyInUseError while another open transaction holds it, after a few milliseconds at most; the ambient
   * transaction is then aborted
   * @throws KeyMismatchError when the key was used for another request
   */
  async claim({ scope, key, requestHash }: IdempotencyKey): Promise<StoredAnswer | null> {
    const [earlier] = await this.unitOfWork
      .query<RecordRow>(claimIdempotencyKey, [scope, key, requestHash])
      .catch((error: unknown) => {
        throw codeOf(error) === LOCK_NOT_AVAILABLE
          ? new KeyInUseError('The key is in use.', { cause: error })
          : error;
      });
    if (!earlier) return null;
    if (!earlier.request_hash.equals(requestHash))
      throw new KeyMismatchError('The key is for another request.');
    return { status: earlier.status, location: earlier.location, body: earlier.body };
  }

  /** Stores the answer under a key that the ambient transaction has claimed. */
  async complete({ scope, key }: IdempotencyKey, { status, location, body }: StoredAnswer): Promise<void> {
    await this.unitOfWork.query(completeIdempotencyRecord, [scope, key, status, location, body]);
  }
}
