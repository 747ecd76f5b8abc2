import { statement } from '../../../platform/database/statement.js';

/**
 * Sees what became of the sagas on which job $1 has acted. One that has been written to since is past its failure once it
 * stands at another step, waits or has ended; it has failed again if it fails at the same step. Where the end is what is
 * waited for ($2: the saga is undone or terminated), any failure is one again, and only the end is past it.
 *
 * One of which nobody knows yet what became of it, because its worker went ($3: the codes of that), has not failed: the
 * other side is asked, and what it says decides.
 *
 * `repeated`: it is the very failure of before.
 */
export const observeJobItems = statement(
  'saga.observe-job-items',
  `WITH seen AS (
     SELECT t.number, i.error_code,
            CASE WHEN i.id IS NULL OR i.finished_at IS NOT NULL THEN 'moved-on'
                 WHEN i.status = 'paused' THEN 'moved-on'
                 WHEN i.revision <= t.revision THEN NULL
                 WHEN i.error_code = ANY ($3::text[]) AND i.status <> 'parked' THEN NULL
                 WHEN i.error_code IS NOT NULL AND ($2::boolean OR i.failed_step = t.failed_step) THEN 'failed-again'
                 WHEN $2::boolean THEN NULL
                 WHEN i.error_code IS NOT NULL OR i.status = 'waiting' OR i.current_step IS DISTINCT FROM t.failed_step
                   THEN 'moved-on'
            END AS status
       FROM saga.job_item t
       LEFT JOIN saga.instance i ON i.id = t.saga_id
      WHERE t.job_id = $1 AND t.status = 'under-way'
   )
   UPDATE saga.job_item t
      SET status = s.status, code = s.error_code, settled_at = clock_timestamp()
     FROM seen s
    WHERE t.job_id = $1 AND t.number = s.number AND s.status IS NOT NULL
   RETURNING t.number, t.saga_id AS "sagaId", t.status, t.code, t.failed_step AS step,
             t.status = 'failed-again' AND t.code IS NOT DISTINCT FROM t.error_code AS repeated`,
);
