import { statement } from '../../../platform/database/statement.js';

/** Oldest first: where a key has several sagas of the definition, the last one stands for them. */
export const findSagasOfBusinessKeys = statement(
  'saga.find-sagas-of-business-keys',
  `SELECT id, definition, version, correlation_id, status, current_step
     FROM saga.instance
    WHERE correlation_id = ANY($1::text[]) AND definition = $2
    ORDER BY id`,
);
