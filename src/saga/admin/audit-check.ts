import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readAuditChain } from '../store/sql/read-audit-chain.sql.js';
import { readSealedEntries } from '../store/sql/read-sealed-entries.sql.js';
import { readUnsealedEntries } from '../store/sql/read-unsealed-entries.sql.js';
import { faultOf, type ChainEnd, type ChainFault, type FoundSeal } from './audit-chain.js';

const zeros = '0'.repeat(64);
const batch = 1_000;

/** What a check of the chain has found. */
export interface ChainReport {
  readonly checkedAt: Date;
  /** Seals that were compared, up to the first fault. */
  readonly sealed: number;
  /** Entries that wait for their seal. */
  readonly unsealed: number;
  /** The last seal; its hash, noted elsewhere, proves later that this chain was not made anew. Null: nothing is sealed. */
  readonly end: ChainEnd | null;
  /** The first thing that is wrong; null: nothing is. */
  readonly fault: ChainFault | null;
}

/** Compares every entry with its seal, a thousand at a time. */
@Injectable()
export class AuditCheck {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async run(): Promise<ChainReport> {
    const [chain] = await this.unitOfWork.query<ChainEnd & { now: Date; last: number | null }>(
      readAuditChain,
    );
    if (!chain) return this.without({ kind: 'removed', text: "The chain's end is gone." });
    const walked = await this.walk(chain.sequence);
    const [loose] = await this.unitOfWork.query<{
      unsealed: number;
      removed: string | null;
      inserted: string | null;
    }>(readUnsealedEntries);
    const end = chain.sequence > 0 ? { sequence: chain.sequence, hash: chain.hash } : null;
    return {
      checkedAt: chain.now,
      sealed: walked.end.sequence,
      unsealed: loose!.unsealed,
      end,
      fault: walked.fault ?? faultAtTheEnd(chain, walked.end) ?? looseFault(loose!),
    };
  }

  private async walk(last: number): Promise<{ end: ChainEnd; fault: ChainFault | null }> {
    let end: ChainEnd = { sequence: 0, hash: zeros };
    for (;;) {
      const seals = await this.unitOfWork.query<FoundSeal>(readSealedEntries, [end.sequence, last, batch]);
      for (const seal of seals) {
        const fault = faultOf(end, seal);
        if (fault) return { end, fault };
        end = { sequence: seal.sequence, hash: seal.hash };
      }
      if (seals.length < batch) return { end, fault: null };
    }
  }

  private without({ kind, text }: Pick<ChainFault, 'kind' | 'text'>): ChainReport {
    const fault = { kind, sequence: null, entryId: null, text };
    return { checkedAt: new Date(), sealed: 0, unsealed: 0, end: null, fault };
  }
}

/** What was cut off, or put on, behind the last seal. */
function faultAtTheEnd(chain: ChainEnd & { last: number | null }, walked: ChainEnd): ChainFault | null {
  if (walked.sequence < chain.sequence) {
    const text = `The seals ${walked.sequence + 1} to ${chain.sequence} are gone.`;
    return { kind: 'removed', sequence: walked.sequence + 1, entryId: null, text };
  }
  if ((chain.last ?? 0) > chain.sequence) {
    const text = `There are seals behind the chain's end, which is ${chain.sequence}.`;
    return { kind: 'inserted', sequence: chain.sequence + 1, entryId: null, text };
  }
  if (chain.hash !== walked.hash) {
    const text = "The chain's end is not its last seal.";
    return { kind: 'changed', sequence: chain.sequence, entryId: null, text };
  }
  return null;
}

function looseFault({
  removed,
  inserted,
}: {
  readonly removed: string | null;
  readonly inserted: string | null;
}): ChainFault | null {
  if (removed !== null) {
    const text = `Entry ${removed} was to be sealed and is gone.`;
    return { kind: 'removed', sequence: null, entryId: removed, text };
  }
  if (inserted !== null) {
    const text = `Entry ${inserted} was not written by an action: it is neither sealed nor to be sealed.`;
    return { kind: 'inserted', sequence: null, entryId: inserted, text };
  }
  return null;
}
