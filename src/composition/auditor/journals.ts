import { Injectable } from '@nestjs/common';
import { JournalCheck, type JournalFinding } from '../../saga/index.js';
import type { Ask } from './invariant.js';
import { orderOf } from '../about-orders.js';
import type { Scope } from './scope.js';
import { mostOfOneKind, type Violation } from './violation.js';

const code = 'SAGA.ROW_NOT_AS_JOURNAL';
/** Ids that are fetched at a time; their journals come in smaller batches. */
const pageSize = 2_000;

/**
 * The instance row equals the fold of its journal. Of all sagas when complete; otherwise of those that ended in the
 * scope, that moved since and are on their way, and that a standing finding is about.
 *
 * Page by page by id: a saga's id never changes, so none is missed however it moves meanwhile.
 */
const nextSagas = `
  SELECT saga_id AS "sagaId"
    FROM saga.instance_books
   WHERE saga_id > $1 AND ($2 OR saga_id IN (
     SELECT saga_id FROM saga.instance_books WHERE ended_at > $3::timestamptz AND ended_at <= $4::timestamptz
     UNION ALL
     SELECT saga_id FROM saga.instance_books
      WHERE status IN ('running', 'waiting', 'compensating', 'parked', 'paused') AND updated_at > $3::timestamptz
     UNION ALL
     SELECT unnest($5::uuid[])))
   ORDER BY saga_id
   LIMIT ${pageSize}`;

@Injectable()
export class Journals {
  constructor(private readonly journals: JournalCheck) {}

  /** @param goesOn throws when the check is to be given up; called between pages */
  async find(ask: Ask, scope: Scope, goesOn: () => void): Promise<Violation[]> {
    const { complete, since, until, standing } = scope;
    const violations: Violation[] = [];
    const known = standing.flatMap(({ sagaId }) => sagaId ?? []);
    let after = '00000000-0000-0000-0000-000000000000';
    while (violations.length < mostOfOneKind) {
      const page = await ask<{ sagaId: string }>(nextSagas, [after, complete, since, until, known]);
      const ids = page.map(({ sagaId }) => sagaId);
      violations.push(...(await this.journals.check(ids)).map(explain));
      if (ids.length < pageSize) break;
      after = ids.at(-1)!;
      goesOn();
    }
    return violations.slice(0, mostOfOneKind);
  }
}

function explain({ sagaId, definition, correlationId, faults }: JournalFinding): Violation {
  return {
    code,
    sagaId,
    orderId: orderOf(definition, correlationId),
    text: `Saga ${sagaId} is not what its journal says: ${faults.join('; ')}.`,
    repair: `Read GET /v1/admin/sagas/${sagaId}/journal: the journal is the truth; correct the instance row to its fold while the saga is paused.`,
  };
}
