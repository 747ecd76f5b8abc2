import { statement } from '../../../platform/database/statement.js';

/**
 * Refunds what was taken under the reference and voids what the bank has yet to confirm, with its webhook. A
 * statement of its own, after `refuse-reference`: only then does it see the charge which that one waited for.
 */
export const giveBack = statement(
  'billing.sandbox.give-back',
  `WITH settled AS (
     UPDATE sandbox.charge
        SET refunded_amount = CASE WHEN available_at <= moment.now THEN amount ELSE 0 END,
            voided_at = CASE WHEN available_at <= moment.now THEN NULL ELSE moment.now END
       FROM (SELECT clock_timestamp() AS now) AS moment
      WHERE reference = $1 AND voided_at IS NULL AND refunded_amount < amount
     RETURNING voided_at, webhook_id
   )
   DELETE FROM sandbox.webhook
    WHERE id IN (SELECT webhook_id FROM settled WHERE voided_at IS NOT NULL)`,
);
