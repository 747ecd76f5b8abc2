import { statement } from '../../database/statement.js';

export const postponeDelivery = statement(
  'platform.postpone-delivery',
  `UPDATE platform.delivery
      SET attempts = attempts + 1,
          due_at = clock_timestamp() + make_interval(secs => $2),
          last_error = left($3, 2000)
    WHERE id = $1`,
);
