import { statement } from '../../../platform/database/statement.js';

/** How far these sagas are: for whoever waits for them. */
export const readSagaRevisions = statement(
  'saga.read-saga-revisions',
  `SELECT id, status, revision FROM saga.instance WHERE id = ANY($1::uuid[])`,
);
