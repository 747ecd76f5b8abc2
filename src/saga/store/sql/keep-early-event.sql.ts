import { statement } from '../../../platform/database/statement.js';

/** Stores an event for a saga that is not there yet. The same one, told again, is stored once. */
export const keepEarlyEvent = statement(
  'saga.keep-early-event',
  `INSERT INTO saga.early_event (definition, correlation_id, id, event, data, received_at)
   VALUES ($1, $2, $3, $4, $5, clock_timestamp())
   ON CONFLICT DO NOTHING`,
);
