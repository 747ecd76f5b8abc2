import type { Pool, PoolClient } from 'pg';
import { domainOf, type Guarded } from './domain.sql.js';
import { after, book, charge, eventOf, steps, type HandSaga, type Outside, type Step } from './saga.js';

const moveOn = {
  name: 'by-hand.move-on',
  text: `UPDATE by_hand.saga
            SET next_step = $3, revision = revision + 1, updated_at = now(),
                finished_at = CASE WHEN $3::text IS NULL THEN now() END
          WHERE id = $1 AND next_step = $2`,
};
const tell = {
  name: 'by-hand.tell',
  text: `INSERT INTO by_hand.event (saga_id, seq, kind, data) VALUES ($1, $2, $3, $4)`,
};

/**
 * One transaction a step, as most would write it: BEGIN, the domain's statements, the state row, the event row, COMMIT,
 * each waited for. On a connection that pipelines, all but the COMMIT go out at once: that one has to know whether the
 * guards said yes.
 */
export async function perStep(pool: Pool, saga: HandSaga, outside: Outside): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const answer = await call(step, saga, outside);
    const client = await pool.connect();
    try {
      await transaction(client, [
        ...domainOf(step, saga, answer),
        { ...moveOn, values: [saga.id, step, after(step)], moves: 1 },
        {
          ...tell,
          values: [saga.id, index + 2, 'step-succeeded', JSON.stringify(eventOf(step, saga, answer))],
          moves: 1,
        },
      ]);
    } finally {
      client.release();
    }
  }
}

/** What the outside says; nothing for a step that does not ask it. */
export async function call(step: Step, saga: HandSaga, outside: Outside) {
  if (step === 'charge-payment') return charge(outside, saga);
  return step === 'arrange-shipping' ? book(outside, saga) : undefined;
}

/** @throws Error when a guard said no; nothing is written then */
export async function transaction(client: PoolClient, statements: readonly Guarded[]): Promise<void> {
  const pipelines = (client as PoolClient & { pipeline?: boolean }).pipeline === true;
  try {
    if (pipelines) {
      const answers = [client.query('BEGIN'), ...statements.map((statement) => client.query(statement))];
      // One that fails makes the others fail, and each of them says so: all are waited for.
      const ended = await Promise.allSettled(answers);
      const failed = ended.find((answer) => answer.status === 'rejected');
      if (failed) throw failed.reason;
      statements.forEach((statement, i) => check(statement, (ended[i + 1] as Moved).value.rowCount));
    } else {
      await client.query('BEGIN');
      for (const statement of statements) check(statement, (await client.query(statement)).rowCount);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

type Moved = PromiseFulfilledResult<{ rowCount: number | null }>;

function check({ name, moves }: Guarded, moved: number | null): void {
  if (moved !== moves) throw new Error(`${name} moved ${moved} rows instead of ${moves}.`);
}
