import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import type { SagaStatus } from '../engine/instance-row.js';
import { readJournalEntries } from '../store/sql/read-journal-entries.sql.js';
import { readSaga } from '../store/sql/read-saga.sql.js';
import { readStandings } from '../store/sql/read-standings.sql.js';
import { SagaInstanceEntity } from './saga-instance.entity.js';
import { sagaNotFound } from './saga-problems.js';
import { detailSaga, type StoredSaga } from './saga-detail.js';
import type { SagaDetail } from './saga.response.dto.js';
import type { Standstill } from './standstill.dto.js';
import { standstillOf } from './standstill.js';

/** Which sagas to list. What is left out does not filter. */
export interface SagaFilter {
  readonly status?: SagaStatus | undefined;
  readonly definition?: string | undefined;
  readonly version?: number | undefined;
  /** The step under way, or the one that fails. */
  readonly step?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Without progress for at least this long; see `isStuck`. */
  readonly stuckForSeconds?: number | undefined;
  /** True: only those that have not ended. */
  readonly underWay?: boolean | undefined;
}

/** One line of a journal. */
export interface NumberedEntry {
  /** From 1. */
  readonly number: number;
  /** Under which epoch it was written. */
  readonly epoch: number;
  readonly entry: Entry;
}

/** The few that have not ended. */
const inFlight: readonly SagaStatus[] = ['running', 'waiting', 'compensating', 'parked', 'paused'];

/** Waiting is no standstill: it ends by an event or by its own deadline. */
const stuckStatuses = ['running', 'compensating', 'parked', 'paused'] as const satisfies SagaStatus[];

/** Failing or parked since then; or nobody has moved it since, though nothing keeps it from moving. */
const isStuck = `(i.attentionSince <= now() - make_interval(secs => :stuckFor)
   OR (i.status IN ('running', 'compensating') AND i.updatedAt <= now() - make_interval(secs => :stuckFor)))`;

/** Sagas as operators see them. */
@Injectable()
export class SagaReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
  ) {}

  /** At most `limit` sagas, newest first, beginning after the saga `after`; null begins with the newest. */
  list(filter: SagaFilter, after: string | null, limit: number): Promise<SagaInstanceEntity[]> {
    const sagas = this.unitOfWork.manager.createQueryBuilder(SagaInstanceEntity, 'i');
    narrow(sagas, filter);
    if (after !== null) sagas.andWhere('i.id < :after', { after });
    return sagas.orderBy('i.id', 'DESC').limit(limit).getMany();
  }

  /** The saga, if it fits; null: it does not. */
  find(id: string, filter: SagaFilter): Promise<SagaInstanceEntity | null> {
    const sagas = this.unitOfWork.manager.createQueryBuilder(SagaInstanceEntity, 'i');
    narrow(sagas, filter);
    return sagas.andWhere('i.id = :id', { id }).getOne();
  }

  /** @throws Problem 404 `SAGA.NOT_FOUND` */
  async one(id: string): Promise<SagaDetail> {
    const [saga] = await this.unitOfWork.query<StoredSaga>(readSaga, [id]);
    if (!saga) throw sagaNotFound(id);
    return detailSaga(this.definitions.find(saga.definition, saga.version), saga);
  }

  /** Why each of these stands still, as `standstillOf` has it; without those that have ended. A page of ids at most. */
  async standstills(ids: readonly string[]): Promise<Map<string, Standstill | null>> {
    const sagas = await this.unitOfWork.query<Omit<StoredSaga, 'createdAt'>>(readStandings, [ids]);
    return new Map(
      sagas.map((saga) => {
        const journal = saga.journal.flat();
        const definition = this.definitions.find(saga.definition, saga.version);
        return [saga.id, standstillOf(definition, fold(journal), journal, saga)];
      }),
    );
  }

  /**
   * At most `limit` entries, oldest first, beginning after the one with the number `after`.
   * @throws Problem 404 `SAGA.NOT_FOUND`
   */
  async journal(id: string, after: number, limit: number): Promise<NumberedEntry[]> {
    const entries = await this.unitOfWork.query<NumberedEntry>(readJournalEntries, [id, after, limit]);
    // A journal has at least one entry, so only a saga that does not exist has none from the start.
    if (entries.length === 0 && after === 0) throw sagaNotFound(id);
    return entries;
  }
}

function narrow(sagas: SelectQueryBuilder<SagaInstanceEntity>, filter: SagaFilter): void {
  const {
    status,
    definition,
    version,
    step,
    errorCode,
    correlationId,
    stuckForSeconds: stuckFor,
    underWay,
  } = filter;
  if (status !== undefined) sagas.andWhere('i.status = :status', { status });
  if (definition !== undefined) sagas.andWhere('i.definition = :definition', { definition });
  if (version !== undefined) sagas.andWhere('i.version = :version', { version });
  if (errorCode !== undefined) sagas.andWhere('i.errorCode = :errorCode', { errorCode });
  if (correlationId !== undefined) sagas.andWhere('i.correlationId = :correlationId', { correlationId });
  // Nothing fails or stands at a step once it has ended: the partitions of the ended are not opened.
  const isInFlight = status !== undefined && inFlight.includes(status);
  if (underWay || isInFlight || step !== undefined || errorCode !== undefined || stuckFor !== undefined) {
    sagas.andWhere('i.finishedAt IS NULL');
  }
  if (step !== undefined) {
    sagas.andWhere('i.status IN (:...inFlight)', { inFlight });
    sagas.andWhere('(i.currentStep = :step OR i.failedStep = :step)', { step });
  }
  if (stuckFor !== undefined) {
    sagas.andWhere('i.status IN (:...stuckStatuses)', { stuckStatuses });
    sagas.andWhere(isStuck, { stuckFor });
  }
}
