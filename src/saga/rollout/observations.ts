import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { lowestIdAt } from '../../platform/time/lowest-id-at.js';
import { observeVersions } from '../store/sql/observe-versions.sql.js';
import { nothingObserved, type Counts } from './guard.js';
import type { Guard, Observed } from './rollout.js';

/** Ids are made by the processes' clocks: so far may these be behind the database's. */
const clockSlackMs = 60_000;

/** What became of the sagas that a guard compares, counted from their rows at any time by any process. */
@Injectable()
export class Observations {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async of(definition: string, { candidate, control, since, slowAfterMs }: Guard): Promise<Counts> {
    const rows = await this.unitOfWork.query<Observed & { version: number }>(observeVersions, [
      definition,
      [candidate, control],
      lowestIdAt(new Date(Date.parse(since) - clockSlackMs)),
      since,
      slowAfterMs === null ? null : slowAfterMs / 1_000,
    ]);
    const seen = (version: number): Observed => {
      const row = rows.find((one) => one.version === version);
      if (!row) return nothingObserved;
      const { started, failure, compensation, slow } = row;
      return { started, failure, compensation, slow };
    };
    return { candidate: seen(candidate), control: seen(control) };
  }
}
