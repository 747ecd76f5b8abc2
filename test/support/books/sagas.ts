import type { Client } from 'pg';
import type { SagaDefinition } from '../../../src/saga/definition/index.js';
import type { Entry } from '../../../src/saga/engine/entries.js';
import { fold } from '../../../src/saga/engine/evolve.js';
import { instanceRow } from '../../../src/saga/engine/instance-row.js';
import { isOpen, type SagaState } from '../../../src/saga/engine/state.js';
import { orderFulfillment } from '../../../src/saga/reference.js';
import type { Account } from '../books.js';
import { endingOf, readOrders } from './orders.js';

export interface InstanceRecord {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly correlation_id: string;
  readonly status: string;
  readonly current_step: string | null;
  readonly length: number;
  readonly owner: string | null;
  readonly wake_at: Date | null;
  readonly open_effects: number;
  readonly failed_step: string | null;
  readonly error_code: string | null;
  readonly held_for: string | null;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
}

/** A row of the journal: the entries of one commit. */
export interface JournalRow {
  readonly seq: number;
  readonly entries: readonly Entry[];
}

/** Answers the rows. */
type Query = (text: string, values: unknown[]) => Promise<unknown[]>;

const endOf: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['completed'],
  shipped: ['completed'],
  delivered: ['completed'],
  rejected: ['compensated'],
  cancelled: ['compensated', 'terminated'],
};

/**
 * One saga fulfills an order, and one sees it to its door exactly when it came about; the first ended as the order did,
 * with nothing open; no step that had committed ran again.
 */
export async function auditSagas(client: Client, account: Account): Promise<string[]> {
  const sagas = await readSagas(
    async (text, values) => (await client.query<Record<string, unknown>>(text, values)).rows,
    account.orders,
  );
  const orders = await readOrders(client, account);
  return [
    ...orders.flatMap(({ id, status }) => {
      const of = (definition: string) =>
        sagas.filter(({ row }) => row.correlation_id === id && row.definition === definition);
      const mine = of('order-fulfillment');
      if (mine.length !== 1) return [`order ${id} has ${mine.length} sagas`];
      const tracking = of('order-tracking').length;
      const due = endingOf({ status }) === 'fulfilled' ? 1 : 0;
      if (tracking !== due) return [`order ${id} is ${status} and is tracked by ${tracking} sagas`];
      const is = mine[0]!.row.status;
      return endOf[status]?.includes(is) ? [] : [`order ${id} is ${status}, and its saga is ${is}`];
    }),
    ...sagas.flatMap(({ row, journal }) =>
      auditSaga(row, journal, orderFulfillment.definitions).map(
        (finding) => `order ${row.correlation_id}: ${finding}`,
      ),
    ),
  ];
}

/** Instances by business key, each with its journal. */
export async function readSagas(query: Query, correlationIds: readonly string[]) {
  const rows = await query(
    `SELECT i.*, COALESCE((SELECT jsonb_agg(jsonb_build_object('seq', j.seq, 'entries', j.entries) ORDER BY j.seq)
                             FROM saga.journal j WHERE j.saga_id = i.id), '[]') AS journal
       FROM saga.instance i WHERE i.correlation_id = ANY($1::text[]) ORDER BY i.id`,
    [correlationIds],
  );
  return (rows as (InstanceRecord & { journal: JournalRow[] })[]).map(({ journal, ...row }) => ({
    row,
    journal,
  }));
}

/** A saga in itself: its row is the fold of its journal, and its journal can have happened. */
export function auditSaga(
  row: InstanceRecord,
  journal: readonly JournalRow[],
  definitions: readonly SagaDefinition[],
): string[] {
  const definition = definitions.find(
    ({ name, version }) => name === row.definition && version === row.version,
  );
  if (!definition) return [`${row.definition} v${row.version} is not known here`];
  const entries = journal.flatMap((commit) => commit.entries);
  const findings = [...auditNumbers(journal), ...auditUnits(entries)];
  let state: SagaState;
  try {
    state = fold(entries);
  } catch (error) {
    return [...findings, `its journal does not fold: ${String(error)}`];
  }
  const expected = instanceRow(definition, state, row.updated_at.toISOString());
  const compare = (what: string, is: unknown, folded: unknown) => {
    if (is !== folded)
      findings.push(`the row's ${what} is ${String(is)}, its journal says ${String(folded)}`);
  };
  compare('length', row.length, state.length);
  compare('status', row.status, expected.status);
  compare('current step', row.current_step, expected.currentStep);
  compare('open effects', row.open_effects, expected.openEffects);
  compare('failed step', row.failed_step, expected.attention?.step ?? null);
  compare('error code', row.error_code, expected.attention?.errorCode ?? null);
  compare('hold', row.held_for, expected.heldFor);
  compare('end', row.finished_at?.toISOString() ?? null, state.endedAt);
  // One that somebody must act on now is owned, or rung; only one that rests stands as the journal says.
  if (!expected.runnable && row.owner === null && row.status !== 'paused') {
    compare('wake-up', row.wake_at?.toISOString() ?? null, expected.wakeAt);
  }
  if (expected.runnable && row.owner === null && row.wake_at === null)
    findings.push('nobody will go on with it');
  if (state.end === 'compensated') {
    const open = state.steps.filter(isOpen).map(({ name }) => name);
    if (open.length > 0) findings.push(`it is compensated, and the effects of ${open.join(', ')} are open`);
  }
  return findings;
}

function auditNumbers(journal: readonly JournalRow[]): string[] {
  let due = 1;
  return journal.flatMap(({ seq, entries }) => {
    const finding = seq === due ? [] : [`its journal has entry ${seq} where ${due} was due`];
    due = seq + entries.length;
    return finding;
  });
}

/** A unit is intended once, succeeds at most once, and nothing happens to it after that. */
function auditUnits(entries: readonly Entry[]): string[] {
  const findings: string[] = [];
  const intended = new Set<string>();
  const settled = new Set<string>();
  for (const entry of entries) {
    if (!('unit' in entry) || entry.unit === null) continue;
    const unit = `${entry.unit.role} of ${entry.unit.name}`;
    if (settled.has(unit)) findings.push(`"${entry.kind}" came after the ${unit} had ended`);
    if (entry.kind === 'intended') {
      if (intended.has(unit)) findings.push(`the ${unit} was intended twice`);
      intended.add(unit);
    }
    if (['succeeded', 'rejected', 'withdrawn'].includes(entry.kind)) settled.add(unit);
  }
  return findings;
}
