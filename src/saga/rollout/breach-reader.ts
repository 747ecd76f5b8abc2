import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { page } from '../../platform/http/page.js';
import { DefinitionRegistry } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { fold } from '../engine/evolve.js';
import type { SagaStatus } from '../engine/instance-row.js';
import { SagaStore } from '../store/saga-store.js';
import { listInFlightOfVersion } from '../store/sql/list-in-flight-of-version.sql.js';
import { choicesFor } from './breach-choices.js';
import type { BreachReport } from './breach.response.dto.js';
import { noSuchDefinition } from './rollout-problems.js';
import { RolloutStore } from './rollout-store.js';

interface Row {
  readonly id: string;
  readonly correlationId: string;
  readonly status: SagaStatus;
  readonly currentStep: string | null;
  readonly revision: number;
}

/** What a guard has left behind: the sagas that are on their way with the version that it took back. */
@Injectable()
export class BreachReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly rollouts: RolloutStore,
    private readonly store: SagaStore,
  ) {}

  /** At most `limit` sagas, newest first, after the saga `after`; none when no guard has found anything. @throws Problem 404 */
  async read(name: string, after: string | null, limit: number): Promise<BreachReport> {
    if (this.definitions.versions(name).length === 0) throw noSuchDefinition(name);
    const { breach, rules } = await this.rollouts.of(name);
    if (!breach) return { breach: null, control: null, rules: [], items: [], nextCursor: null };
    const { candidate, control } = breach.guard;
    const rows = await this.unitOfWork.query<Row>(listInFlightOfVersion, [name, candidate, after, limit + 1]);
    const journals = await this.store.segments(rows.map(({ id }) => id));
    const now = new Date().toISOString();
    const definition = this.definitions.find(name, candidate);
    const to = this.definitions.find(name, control);
    const withChoices = (row: Row & { journal: Entry[] }) => {
      const { journal, ...saga } = row;
      const inFlight = { id: row.id, revision: row.revision, state: fold(journal), definition };
      return { ...saga, choices: choicesFor(inFlight, to, now) };
    };
    // One that ends meanwhile and is dropped has no journal any more.
    const found = rows.flatMap((row) => {
      const journal = journals.get(row.id);
      return journal ? [{ ...row, journal }] : [];
    });
    const mine = rules.filter(({ version }) => version === candidate);
    return {
      ...{ breach, control, rules: mine },
      ...page(found, limit, withChoices, ({ id }) => ({ id })),
    } as BreachReport;
  }
}
