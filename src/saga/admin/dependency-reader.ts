import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../definition/index.js';
import type { BreakerState } from '../store/dependency-store.js';
import { listDependencies } from '../store/sql/list-dependencies.sql.js';
import { lockDependency } from '../store/sql/lock-dependency.sql.js';
import type { DependencyReport } from './dependency.response.dto.js';
import { dependencyNotFound } from './saga-problems.js';

interface Row {
  readonly name: string;
  readonly state: BreakerState;
  readonly failures: number;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly since: Date | null;
  readonly probeAt: Date | null;
  readonly heldBy: string | null;
  readonly reason: string | null;
  readonly releaseRate: number;
  readonly heldSagas: number;
  readonly revision: number;
}

/** What sagas call outside, with how each breaker stands: those that a definition names, and those that had a row. */
@Injectable()
export class DependencyReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
  ) {}

  /** By name. */
  async all(): Promise<DependencyReport[]> {
    const users = this.users();
    const rows = await this.unitOfWork.query<Row>(listDependencies);
    const names = new Set([...users.keys(), ...rows.map(({ name }) => name)]);
    return [...names].sort().map((name) => {
      const row = rows.find((candidate) => candidate.name === name);
      return reportOf(row ?? untouched(name), users.get(name) ?? []);
    });
  }

  /** Locks its row for the rest of the unit of work. @throws Problem 404 when no definition names it and it has no row */
  async lock(name: string): Promise<DependencyReport> {
    const usedBy = this.users().get(name) ?? [];
    const [row] = await this.unitOfWork.query<Row>(lockDependency, [name]);
    if (!row && usedBy.length === 0) throw dependencyNotFound(name);
    return reportOf(row ?? untouched(name), usedBy);
  }

  /** Steps by the dependency that they, or what undoes them, call. */
  private users(): Map<string, string[]> {
    const users = new Map<string, string[]>();
    for (const { name, version, steps, compensations } of this.definitions.all()) {
      for (const step of steps) {
        const undo = compensations.find((compensation) => compensation.step === step.name);
        for (const dependency of new Set([step.dependency, undo?.dependency ?? null])) {
          if (dependency === null) continue;
          users.set(dependency, [...(users.get(dependency) ?? []), `${name} v${version} › ${step.name}`]);
        }
      }
    }
    return users;
  }
}

/** It never failed, so it has no row. */
function untouched(name: string): Row {
  const nothing = { errorCode: null, message: null, since: null, probeAt: null, heldBy: null, reason: null };
  return { name, state: 'closed', failures: 0, ...nothing, releaseRate: 50, heldSagas: 0, revision: 0 };
}

function reportOf({ since, probeAt, ...row }: Row, usedBy: string[]): DependencyReport {
  return {
    ...row,
    since: since?.toISOString() ?? null,
    nextProbeAt: row.state === 'open' ? (probeAt?.toISOString() ?? null) : null,
    usedBy,
  };
}
