import { statement } from '../../../platform/database/statement.js';

/** From here on the open transaction can change nothing, whatever runs in it; and all of it sees one instant. */
export const forbidWrites = statement(
  'saga.forbid-writes',
  `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`,
);
