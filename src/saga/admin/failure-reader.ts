import { Inject, Injectable, Optional } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { groupFailures } from '../store/sql/group-failures.sql.js';
import type { FailureGroup } from './failures.response.dto.js';
import { RiskBooks, type FailureKey, type FailureRisk } from './risk-books.js';

interface Row extends FailureKey {
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** What fails now, group by group: three statements, whether a group has one saga or fifty thousand. */
@Injectable()
export class FailureReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Optional() @Inject(RiskBooks) private readonly books: RiskBooks | null = null,
  ) {}

  /** The largest group first. Counts and risks are of neighbouring instants: sagas go on meanwhile. */
  async groups(): Promise<FailureGroup[]> {
    const [rows, risks] = await Promise.all([
      this.unitOfWork.query<Row>(groupFailures),
      this.books?.ofFailures() ?? [],
    ]);
    const riskOf = new Map(risks.map((risk) => [nameOf(risk), risk]));
    return rows.map((row) => toGroup(row, riskOf.get(nameOf(row))));
  }
}

function nameOf({ definition, version, step, errorCode }: FailureKey): string {
  return JSON.stringify([definition, version, step, errorCode]);
}

function toGroup({ firstSeenAt, lastSeenAt, ...group }: Row, risk: FailureRisk | undefined): FailureGroup {
  return {
    ...group,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    moneyAtRisk: [...(risk?.money ?? [])],
    stockAtRisk: [...(risk?.stock ?? [])],
  };
}
