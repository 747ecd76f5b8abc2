import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { CommandHandlerRegistry } from '../../platform/messaging/command-handler-registry.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { fold } from '../engine/evolve.js';
import type { Entry } from '../engine/entries.js';
import { SagaStore } from '../store/saga-store.js';
import { countSagasInFlight } from '../store/sql/count-sagas-in-flight.sql.js';
import { findNewestEndedSagas } from '../store/sql/find-newest-ended-sagas.sql.js';
import { findSagasOfVersion } from '../store/sql/find-sagas-of-version.sql.js';
import { forbidWrites } from '../store/sql/forbid-writes.sql.js';
import { compareEnded } from './compare-ended.js';
import { compareInFlight } from './compare-in-flight.js';
import type { Finding } from './finding.js';
import { Counter, type Tally } from './tally.js';

/** Journals in memory at a time; one is some ten kilobytes. */
const batch = 500;

/** Before the id of every saga, and after it. */
const firstId = '00000000-0000-0000-0000-000000000000';
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface Simulation {
  readonly definition: string;
  /** The candidate. */
  readonly version: number;
  /** All sagas in flight under other versions: what a move to the candidate would mean. */
  readonly inFlight: Tally;
  /** Of those that have ended under other versions the newest: the way they would have gone, with the answers they got. */
  readonly ended: Tally;
}

/**
 * What a version would mean for the sagas that there are, with nothing done: it reads, in transactions that cannot
 * write, and asks the pure decider. It holds no more than a batch in memory, and no transaction between batches.
 */
@Injectable()
export class Simulator {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly handlers: CommandHandlerRegistry,
  ) {}

  /** @param sample how many that have ended, of each other version that this build has */
  async simulate(candidate: SagaDefinition, sample: number): Promise<Simulation> {
    const { name: definition, version } = candidate;
    const inFlight = await this.inFlight(candidate);
    return { definition, version, inFlight, ended: await this.ended(candidate, sample) };
  }

  private async inFlight(candidate: SagaDefinition): Promise<Tally> {
    const counter = new Counter();
    for (const version of this.others(candidate)) {
      const from = this.definitions.get(candidate.name, version);
      for (let after: string | null = firstId; after !== null;) {
        const found = await this.read(findSagasOfVersion, [candidate.name, version, after, batch], (ids) =>
          this.store.segments(ids),
        );
        for (const [id, journal] of found.journals) {
          counter.add(version, this.ofOneInFlight(journal, from, candidate), id);
        }
        after = found.ids.length < batch ? null : found.ids.at(-1)!;
      }
    }
    await this.addUnknown(candidate, counter);
    return counter.tally();
  }

  private ofOneInFlight(journal: readonly Entry[], from: SagaDefinition, to: SagaDefinition): Finding {
    return compareInFlight(fold(journal), from, to, this.hasHandler);
  }

  /** Nobody can say of them what they have done: this build does not have their version. */
  private async addUnknown({ name }: SagaDefinition, counter: Counter): Promise<void> {
    const counts = await this.unitOfWork.query<{ definition: string; version: number; count: number }>(
      countSagasInFlight,
    );
    for (const { definition, version, count } of counts) {
      if (definition !== name || this.definitions.find(name, version)) continue;
      const difference = `this build does not have v${version}`;
      counter.add(version, { outcome: 'impossible', step: null, difference }, null, count);
    }
  }

  private async ended(candidate: SagaDefinition, sample: number): Promise<Tally> {
    const counter = new Counter();
    for (const version of this.others(candidate)) {
      for (let left = sample, before = lastId; left > 0;) {
        const size = Math.min(left, batch);
        const found = await this.read(findNewestEndedSagas, [candidate.name, version, before, size], (ids) =>
          this.store.wholeJournals(ids),
        );
        for (const [id, journal] of found.journals) {
          // The beginning of a long one may have been dropped with its age.
          if (journal[0]?.kind !== 'started') continue;
          counter.add(version, compareEnded(journal, candidate, this.hasHandler), id);
        }
        if (found.ids.length < size) break;
        before = found.ids.at(-1)!;
        left -= size;
      }
    }
    return counter.tally();
  }

  /** Ids and journals of one instant. */
  private read(
    statement: typeof findSagasOfVersion,
    values: readonly unknown[],
    load: (ids: readonly string[]) => Promise<Map<string, Entry[]>>,
  ): Promise<{ ids: string[]; journals: Map<string, Entry[]> }> {
    return this.unitOfWork.run(async () => {
      await this.unitOfWork.query(forbidWrites);
      const rows = await this.unitOfWork.query<{ id: string }>(statement, values);
      const ids = rows.map(({ id }) => id);
      return { ids, journals: await load(ids) };
    }, 'simulation');
  }

  private others({ name, version }: SagaDefinition): number[] {
    return this.definitions.versions(name).filter((other) => other !== version);
  }

  private readonly hasHandler = (command: string): boolean => this.handlers.find(command) !== null;
}
