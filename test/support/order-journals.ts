import type { Client } from 'pg';
import type { SagaDefinition } from '../../src/saga/definition/index.js';
import type { Entry } from '../../src/saga/engine/entries.js';

/** How an order's saga stands, and its whole journal. */
export interface Fulfillment {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly correlation_id: string;
  readonly entries: readonly Entry[];
}

/** All sagas of `order-fulfillment` in the client's database. */
export async function fulfillments(client: Client): Promise<Fulfillment[]> {
  const { rows } = await client.query<Fulfillment>(
    `SELECT i.id, i.version, i.status, i.correlation_id,
            (SELECT jsonb_agg(e ORDER BY j.seq, n)
               FROM saga.journal j, jsonb_array_elements(j.entries) WITH ORDINALITY x(e, n)
              WHERE j.saga_id = i.id) AS entries
       FROM saga.instance i WHERE i.definition = 'order-fulfillment'`,
  );
  return rows;
}

/** Steps in the order in which they were entered: begun, passed over, or waited in. */
export function entered(journal: readonly Entry[]): string[] {
  return journal.flatMap((one) => {
    if (one.kind === 'passed' || one.kind === 'waiting') return [one.step];
    return one.kind === 'intended' && one.unit.role === 'action' ? [one.unit.name] : [];
  });
}

/** That an ended saga went through the steps of this definition in their order, and back in the reverse of it. */
export function expectOrderOfSteps(
  definition: SagaDefinition,
  { status, entries }: Pick<Fulfillment, 'status' | 'entries'>,
): void {
  const steps = definition.steps.map(({ name }) => name);
  const way = entered(entries);
  expect(way).toEqual(status === 'completed' ? steps : steps.slice(0, way.length));
  const undone = entries.flatMap((one) =>
    one.kind === 'intended' && one.unit.role === 'compensation' ? [one.unit.name] : [],
  );
  expect(undone).toEqual([...steps].reverse().filter((name) => undone.includes(name)));
}
