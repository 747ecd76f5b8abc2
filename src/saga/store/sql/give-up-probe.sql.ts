import { statement } from '../../../platform/database/statement.js';

/** The probe of the saga $2 told nothing: somebody else may probe at once. */
export const giveUpProbe = statement(
  'saga.give-up-probe',
  `UPDATE saga.dependency SET state = 'open', prober = NULL, rung_at = NULL, probe_at = clock_timestamp()
    WHERE name = $1 AND state = 'half-open' AND prober = $2`,
);
