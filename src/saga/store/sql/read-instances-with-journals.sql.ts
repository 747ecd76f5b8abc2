import { statement } from '../../../platform/database/statement.js';

/** Rows beside their journals, of the same instant, so that a saga may move on meanwhile. $1 ids. */
export const readInstancesWithJournals = statement(
  'saga.read-instances-with-journals',
  `SELECT i.id, i.definition, i.version, i.correlation_id AS "correlationId", i.status,
          i.current_step AS "currentStep", i.length, i.wake_at AS "wakeAt", i.owner,
          i.open_effects AS "openEffects", i.failed_step AS "failedStep", i.error_code AS "errorCode",
          i.held_for AS "heldFor",
          i.updated_at AS "updatedAt", i.finished_at AS "finishedAt",
          (SELECT jsonb_agg(jsonb_build_object('seq', j.seq, 'entries', j.entries) ORDER BY j.seq)
             FROM saga.journal j
            WHERE j.saga_id = i.id AND j.at >= i.created_at - interval '1 day') AS journal
     FROM saga.instance i
    WHERE i.id = ANY ($1::uuid[])`,
);
