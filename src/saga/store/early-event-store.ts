import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { SagaDefinition } from '../definition/index.js';
import { findAdoptableSagas } from './sql/find-adoptable-sagas.sql.js';
import { keepEarlyEvent } from './sql/keep-early-event.sql.js';
import { takeEarlyEvents } from './sql/take-early-events.sql.js';

/** An event from outside as it is stored until its saga is there. */
export interface EarlyEvent {
  readonly id: string;
  /** Wire name. */
  readonly event: string;
  readonly data: unknown;
  readonly receivedAt: Date;
}

/** What came for sagas that are not there yet, by business key. */
@Injectable()
export class EarlyEventStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async keep(
    definition: string,
    correlationId: string,
    { id, event, data }: Omit<EarlyEvent, 'receivedAt'>,
  ): Promise<void> {
    await this.unitOfWork.query(keepEarlyEvent, [definition, correlationId, id, event, JSON.stringify(data)]);
  }

  /** Takes what came before this saga, oldest first. The saga must be locked. */
  take(definition: string, correlationId: string): Promise<EarlyEvent[]> {
    return this.unitOfWork.query<EarlyEvent>(takeEarlyEvents, [definition, correlationId]);
  }

  /** Ids of sagas that are there by now, of definitions that this build knows. */
  async adoptable(limit: number, known: readonly SagaDefinition[]): Promise<string[]> {
    const rows = await this.unitOfWork.query<{ id: string }>(findAdoptableSagas, [
      limit,
      known.map(({ name }) => name),
      known.map(({ version }) => version),
    ]);
    return rows.map(({ id }) => id);
  }
}
