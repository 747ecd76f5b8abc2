import { statement } from '../../../platform/database/statement.js';

/** Gives sagas back, for any worker to take after $3 seconds. Only those that are still owned under this epoch. */
export const releaseSagas = statement(
  'saga.release-sagas',
  `UPDATE saga.live_instance i
      SET owner = NULL, wake_at = clock_timestamp() + make_interval(secs => $3)
     FROM unnest($1::uuid[], $2::int[]) AS w(id, epoch)
    WHERE i.id = w.id AND i.epoch = w.epoch AND i.owner IS NOT NULL`,
);
