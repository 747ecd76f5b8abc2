import { createHash } from 'node:crypto';

/**
 * The audit's hash chain: each seal holds the hash of the one before, so that nothing sealed can be changed, removed or
 * put in between without every later seal being wrong. It does not keep somebody who may write to all tables from making
 * a new chain: that is found out by a hash that was noted elsewhere, e.g. in the log.
 */

/** An audit entry as it is sealed; see `sealedColumns`. */
export interface SealableEntry {
  readonly id: string;
  /** In microseconds. */
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly sagaId: string | null;
  readonly reason: string;
  /** PostgreSQL's text of the document. */
  readonly before: string | null;
  readonly after: string | null;
  readonly jobId: string | null;
  readonly approvalId: string | null;
}

/** The end of a chain. Hashes are written in hexadecimal. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

export interface Seal extends ChainEnd {
  readonly entryId: string;
  readonly previousHash: string;
}

/** SHA-256 over the seal's place in the chain and the entry's values, as a JSON array in this order, for ever. */
export function hashOf(sequence: number, previousHash: string, entry: SealableEntry): string {
  const { id, at, actor, role, action, sagaId, reason, before, after, jobId, approvalId } = entry;
  const values = [id, at, actor, role, action, sagaId, reason, before, after, jobId, approvalId];
  return createHash('sha256')
    .update(JSON.stringify([sequence, previousHash, ...values]))
    .digest('hex');
}

/** The seals of further entries, in their order. */
export function sealEntries(end: ChainEnd, entries: readonly SealableEntry[]): Seal[] {
  let { sequence, hash } = end;
  return entries.map((entry) => {
    const previousHash = hash;
    sequence += 1;
    hash = hashOf(sequence, previousHash, entry);
    return { sequence, entryId: entry.id, previousHash, hash };
  });
}

/** What is wrong at a place of the chain. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted';
  /** Null: it has no seal. */
  readonly sequence: number | null;
  /** Null: not even that is known any more. */
  readonly entryId: string | null;
  readonly text: string;
}

/** A seal with its entry as they are found; `id` null: the entry is gone. */
export type FoundSeal = Seal & (SealableEntry | { readonly id: null });

/** The first thing wrong with a seal that should follow this end; null: nothing. */
export function faultOf(end: ChainEnd, found: FoundSeal): ChainFault | null {
  const expected = end.sequence + 1;
  const { sequence, entryId } = found;
  if (sequence !== expected) {
    const text = `The seals ${expected} to ${sequence - 1} are gone.`;
    return { kind: 'removed', sequence: expected, entryId: null, text };
  }
  if (found.id === null) {
    return { kind: 'removed', sequence, entryId, text: `Entry ${entryId} was sealed and is gone.` };
  }
  if (found.previousHash !== end.hash || found.hash !== hashOf(sequence, end.hash, found)) {
    const text = `Entry ${entryId}, or its seal, is not what was sealed.`;
    return { kind: 'changed', sequence, entryId, text };
  }
  return null;
}
