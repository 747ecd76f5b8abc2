import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../definition/index.js';
import { readInstancesWithJournals } from '../store/sql/read-instances-with-journals.sql.js';
import { journalFaults, type StoredCommit, type StoredInstance } from './journal-faults.js';

/** Journals in memory at a time; one is some ten kilobytes. */
const batch = 200;

/** A saga whose row is not the fold of its journal. */
export interface JournalFinding {
  readonly sagaId: string;
  readonly definition: string;
  readonly correlationId: string;
  /** Half-sentences, one for each difference. */
  readonly faults: readonly string[];
}

/**
 * Folds journals and compares them with the instance rows. Reads row and journal of the same instant, so sagas may
 * go on meanwhile; holds neither a lock nor a transaction between batches.
 */
@Injectable()
export class JournalCheck {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
  ) {}

  /** Looks at these sagas, in bounded memory; those that do not exist are passed over. */
  async check(ids: readonly string[]): Promise<JournalFinding[]> {
    const findings: JournalFinding[] = [];
    for (let from = 0; from < ids.length; from += batch) {
      findings.push(...(await this.checkBatch(ids.slice(from, from + batch))));
    }
    return findings;
  }

  private async checkBatch(ids: readonly string[]): Promise<JournalFinding[]> {
    const rows = await this.unitOfWork.query<StoredInstance & { journal: StoredCommit[] | null }>(
      readInstancesWithJournals,
      [ids],
    );
    return rows.flatMap(({ journal, ...row }) => {
      const { id: sagaId, definition, version, correlationId } = row;
      const faults = journalFaults(row, journal ?? [], this.definitions.find(definition, version));
      return faults.length > 0 ? [{ sagaId, definition, correlationId, faults }] : [];
    });
  }
}
