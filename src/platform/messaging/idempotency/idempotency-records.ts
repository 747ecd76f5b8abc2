import { Injectable } from '@nestjs/common';
import { Gathered } from '../../database/gathered.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { codeOf } from '../rejection.js';
import { claimIdempotencyKeys } from './sql/claim-idempotency-keys.sql.js';
import { releaseIdempotencyKey } from './sql/release-idempotency-key.sql.js';
import { completeIdempotencyRecords } from './sql/complete-idempotency-records.sql.js';

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

/** The key is held by a request that is still running. With a cause: by another transaction, and this one is aborted. */
export class KeyInUseError extends Error {
  override readonly name = 'KeyInUseError';
}

/** The key belongs to another request than this one. */
export class KeyMismatchError extends Error {
  override readonly name = 'KeyMismatchError';
}

type AnsweredKey = IdempotencyKey & StoredAnswer;

interface RecordRow {
  readonly request_hash: Buffer;
  /** Null: claimed by an open transaction, which can only be this one. */
  readonly status: number | null;
  readonly location: string | null;
  readonly body: string | null;
}

/** Keys that one statement claims or completes, at most. */
const most = 64;

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
  private readonly claims: Gathered<IdempotencyKey, RecordRow | null>;
  private readonly answers: Gathered<AnsweredKey, null>;

  constructor(private readonly unitOfWork: UnitOfWork) {
    this.claims = new Gathered(unitOfWork, (keys) => this.claimAll(keys), most);
    this.answers = new Gathered(unitOfWork, (answered) => this.completeAll(answered), most);
  }

  /**
   * Claims the key for the ambient transaction, or finds the answer it already has.
   * @returns null: it is ours, and `complete` must follow before the commit
   * @throws KeyInUseError while another open transaction holds it, after a few milliseconds at most, and the ambient
   *   transaction is then aborted; or when another work that shares this transaction does
   * @throws KeyMismatchError when the key was used for another request
   */
  async claim(key: IdempotencyKey): Promise<StoredAnswer | null> {
    const earlier = await this.claims.ask(key);
    if (!earlier) return null;
    const { request_hash: requestHash, status, location, body } = earlier;
    if (status === null) throw new KeyInUseError('The key is in use in this very transaction.');
    if (!requestHash.equals(key.requestHash)) throw new KeyMismatchError('The key is for another request.');
    return { status, location, body };
  }

  /** Stores the answer under a key that the ambient transaction has claimed. */
  async complete(key: IdempotencyKey, answer: StoredAnswer): Promise<void> {
    await this.answers.ask({ ...key, ...answer });
  }

  /** Gives back a key that the ambient transaction has claimed: nothing was done under it. With the commit. */
  release({ scope, key }: IdempotencyKey): void {
    this.unitOfWork.withCommit(this.unitOfWork.query(releaseIdempotencyKey, [scope, key]));
  }

  private async claimAll(keys: readonly IdempotencyKey[]): Promise<(RecordRow | null)[]> {
    const rows = await this.unitOfWork
      .query<RecordRow & { n: number }>(claimIdempotencyKeys, [
        keys.map(({ scope }) => scope),
        keys.map(({ key }) => key),
        keys.map(({ requestHash }) => requestHash),
      ])
      .catch((error: unknown) => {
        throw codeOf(error) === LOCK_NOT_AVAILABLE
          ? new KeyInUseError('The key is in use.', { cause: error })
          : error;
      });
    const found = new Map(rows.map((row) => [row.n, row]));
    return keys.map((_, index) => found.get(index + 1) ?? null);
  }

  /** With the commit. */
  private async completeAll(answered: readonly AnsweredKey[]): Promise<null[]> {
    const stored = this.unitOfWork.query(completeIdempotencyRecords, [
      answered.map(({ scope }) => scope),
      answered.map(({ key }) => key),
      answered.map(({ status }) => status),
      answered.map(({ location }) => location),
      answered.map(({ body }) => body),
    ]);
    this.unitOfWork.withCommit(stored);
    return answered.map(() => null);
  }
}
