import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Message } from '../../platform/messaging/message.js';
import { SagaStore } from '../store/saga-store.js';
import { findSagasOfBusinessKeys } from '../store/sql/find-sagas-of-business-keys.sql.js';
import { DefinitionRegistry } from '../definition/index.js';
import type { StartRequest } from './begin-saga.js';
import type { Entry } from './entries.js';
import { EventIntake } from './event-intake.js';
import { fold } from './evolve.js';
import { Requests, type SeenSaga } from './requests.js';
import type { SagaStatus } from './instance-row.js';
import { SagaHandle, type ReadSaga, type SagaView } from './saga-handle.js';
import { SagaWatch } from './saga-watch.js';
import type { Heard, Stimulus } from './stimulus.js';
import { Starter } from './starter.js';

/** The public surface for the application's other parts: sagas by their business key. */
@Injectable()
export class Sagas {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: SagaStore,
    private readonly starter: Starter,
    private readonly requests: Requests,
    private readonly intake: EventIntake,
    private readonly definitions: DefinitionRegistry,
    private readonly watch: SagaWatch,
  ) {}

  /**
   * Says that sagas of a definition are about to be started in the ambient unit of work, in the version that its rollout
   * says: what that needs to know is asked for meanwhile. Never needed, and saves a round trip.
   */
  expect(name: string): void {
    this.starter.expect(name);
  }

  /**
   * Starts one saga for each request, inside the ambient unit of work or in one of their own. See `Starter.start`.
   * @returns a handle of each, in the order of the requests
   */
  async start(
    name: string,
    version: number | null,
    requests: readonly StartRequest[],
  ): Promise<SagaHandle[]> {
    const started = await this.starter.start(name, version, requests);
    return started.map((saga) => this.handle(saga.id, saga));
  }

  /** A handle of a saga by its id, which may have been started by any process. */
  handle(id: string, startedAs: SagaView | null = null): SagaHandle {
    return new SagaHandle(id, (saga) => this.read(saga), this.watch, startedAs);
  }

  /** A handle of the saga of a business key; null when there is none. */
  async find(name: string, correlationId: string): Promise<SagaHandle | null> {
    const found = (await this.view(name, [correlationId])).get(correlationId);
    return found ? this.handle(found.id) : null;
  }

  /** The sagas of these business keys, by key: of several the newest. */
  async view(name: string, correlationIds: readonly string[]): Promise<Map<string, SagaView>> {
    const rows = await this.unitOfWork.query<{
      id: string;
      definition: string;
      version: number;
      correlation_id: string;
      status: SagaStatus;
      current_step: string | null;
    }>(findSagasOfBusinessKeys, [correlationIds, name]);
    return new Map(
      rows.map(({ correlation_id: correlationId, current_step: currentStep, ...row }) => [
        correlationId,
        { ...row, correlationId, currentStep },
      ]),
    );
  }

  /**
   * Lets something happen to the saga of a business key.
   * @param check looks at the locked saga first, and throws to refuse
   * @returns null when there is no such saga
   * @throws StimulusRefused when it does not apply
   */
  async apply(
    name: string,
    correlationId: string,
    stimulus: Stimulus,
    check?: (saga: SeenSaga) => void,
  ): Promise<SeenSaga | null> {
    const found = (await this.view(name, [correlationId])).get(correlationId);
    return found ? this.requests.apply(found.id, stimulus, check) : null;
  }

  /**
   * Tells the saga of a business key what happened outside. Stored when this commits: in the saga's journal, or beside
   * it when there is no such saga yet; then it is brought to it, first of all, when there is.
   *
   * @param id names the event: told again under its id it changes nothing. Default: one of its own, for a caller who
   *   tells it only once
   * @returns what became of it; `kept` also when the saga is not there yet
   * @throws StimulusRefused when the definition says nothing about such an event; the schema's error for unfit data
   */
  receive(name: string, correlationId: string, event: Message<unknown>, id: string = v7()): Promise<Heard> {
    return this.intake.receive(name, correlationId, event, id);
  }

  /** Locks the saga of a business key for the rest of the ambient unit of work; null when there is none. */
  async look(name: string, correlationId: string): Promise<SeenSaga | null> {
    const found = (await this.view(name, [correlationId])).get(correlationId);
    return found ? this.requests.look(found.id) : null;
  }

  /** What has happened to the saga, oldest first; empty when there is none. */
  async journal(name: string, correlationId: string): Promise<Entry[]> {
    const found = (await this.view(name, [correlationId])).get(correlationId);
    if (!found) return [];
    return (await this.store.wholeJournals([found.id])).get(found.id) ?? [];
  }

  private async read(id: string): Promise<ReadSaga> {
    const journal = (await this.store.segments([id])).get(id);
    if (!journal) throw new Error(`There is no saga ${id}.`);
    const state = fold(journal);
    return { state, definition: this.definitions.find(state.definition, state.version) };
  }
}
