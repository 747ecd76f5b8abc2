import { statement } from '../../../platform/database/statement.js';

export const loadJournals = statement(
  'saga.load-journals',
  `SELECT saga_id, seq, epoch, entries FROM saga.journal WHERE saga_id = ANY($1::uuid[]) ORDER BY saga_id, seq`,
);
