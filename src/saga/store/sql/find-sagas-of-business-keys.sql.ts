import { statement } from '../../../platform/database/statement.js';

export const findSagasOfBusinessKeys = statement(
  'saga.find-sagas-of-business-keys',
  `SELECT id, definition, version, correlation_id, status, current_step
     FROM saga.instance
    WHERE correlation_id = ANY($1::text[]) AND definition = $2`,
);
