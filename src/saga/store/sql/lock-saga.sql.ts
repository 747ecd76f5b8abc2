import { statement } from '../../../platform/database/statement.js';

/** Locks one saga for a request from outside, whoever owns it. */
export const lockSaga = statement(
  'saga.lock-saga',
  `SELECT id, definition, version, revision, length, epoch, owner, clock_timestamp() AS now
     FROM saga.instance WHERE id = $1 FOR UPDATE`,
);
