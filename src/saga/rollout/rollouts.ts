import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry, type SagaDefinition } from '../definition/index.js';
import { DefaultVersions } from '../engine/default-versions.js';
import { readClockAndRollout } from '../store/sql/read-clock-and-rollout.sql.js';
import { readClock } from '../store/sql/read-clock.sql.js';
import { assign, type Candidate } from './assign.js';
import { untouchedRollout, type Rollout } from './rollout.js';
import type { Assigned } from './subject.js';

/** The version of a new saga, and how it came by it; null: whoever begins it named the version. */
export interface Assignment {
  readonly definition: SagaDefinition;
  readonly assigned: Assigned | null;
}

/** How a statement answers with a rollout: its revision (null: no row), and itself if that was not known. */
export interface RolloutAnswer {
  readonly revision: number | null;
  readonly rollout: Rollout | null;
}

/** How sagas of a definition begin in this transaction. */
export interface Admission {
  /** The database's clock, ISO 8601. */
  readonly now: string;
  readonly assign: (candidate: Candidate) => Assignment;
}

/**
 * Which version a new saga gets. The rollout is read in the transaction that begins the saga: what was committed before
 * decides, in every process, and what is remembered here is only how that one reads.
 */
@Injectable()
export class Rollouts {
  private readonly log = new Logger(Rollouts.name);
  private readonly byName = new Map<string, Rollout>();
  /** Of which it has been said that this build lacks them. */
  private readonly lacked = new Set<string>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly defaults: DefaultVersions,
  ) {}

  /**
   * One round trip.
   * @param version null: the rollout decides
   * @throws Error for an unknown definition or version
   */
  async admit(name: string, version: number | null): Promise<Admission> {
    if (version !== null) {
      const named = { definition: this.definitions.get(name, version), assigned: null };
      const [row] = await this.unitOfWork.query<{ now: Date }>(readClock);
      return { now: row!.now.toISOString(), assign: () => named };
    }
    const [row] = await this.unitOfWork.query<RolloutAnswer & { now: Date }>(readClockAndRollout, [
      name,
      this.knownAsOf(name),
    ]);
    return { now: row!.now.toISOString(), assign: this.assigner(name, row!) };
  }

  /** When the rollout was changed that a statement need not send again; null: there is none. */
  knownAsOf(name: string): string | null {
    return this.byName.get(name)?.changedAt ?? null;
  }

  /** Decides as a statement answered that was asked with `knownAsOf`. */
  assigner(name: string, answer: RolloutAnswer): Admission['assign'] {
    if (answer.revision === null) {
      const definition = this.definitions.get(name, this.defaults.of(name));
      return () => ({ definition, assigned: { by: 'default', revision: 0 } });
    }
    if (answer.rollout) this.byName.set(name, answer.rollout);
    const rollout = answer.rollout ?? this.byName.get(name)!;
    const known = new Set(this.definitions.versions(name));
    return (candidate) => this.decide(rollout, known, candidate);
  }

  /** As it was before anybody said anything. */
  untouched(name: string): Rollout {
    return untouchedRollout(name, this.defaults.find(name));
  }

  private decide(rollout: Rollout, known: ReadonlySet<number>, candidate: Candidate): Assignment {
    const { definition: name, revision } = rollout;
    const choice = assign(rollout, known, candidate);
    if (!choice) throw new Error(`This build has no version of "${name}" that may get new sagas.`);
    const { version, by, lacking } = choice;
    if (lacking !== null && !this.lacked.has(`${name} ${lacking}`)) {
      this.lacked.add(`${name} ${lacking}`);
      this.log.warn(
        { definition: name, version: lacking, instead: version },
        'A rollout gives sagas to a version that this build lacks; they get another one here.',
      );
    }
    return { definition: this.definitions.get(name, version), assigned: { by, revision } };
  }
}
