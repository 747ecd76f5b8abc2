import { statement } from '../../database/statement.js';

/** Null keeps what is; $4 says whether $5 is meant, because null is a value there. */
export const setFaults = statement(
  'sandbox.set-faults',
  `WITH switches AS (
     UPDATE sandbox.fault_switch
        SET mode = CASE dependency WHEN 'payments' THEN $1::text ELSE $2::text END
      WHERE CASE dependency WHEN 'payments' THEN $1::text ELSE $2::text END IS NOT NULL
   )
   UPDATE sandbox.setting
      SET latency_ms = COALESCE($3::integer, latency_ms),
          forget_keys_after_seconds =
            CASE WHEN $4::boolean THEN $5::integer ELSE forget_keys_after_seconds END`,
);
