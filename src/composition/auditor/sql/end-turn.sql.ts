import { statement } from '../../../platform/database/statement.js';

export const endTurn = statement(
  'auditor.end-turn',
  `UPDATE auditor.turn SET holder = NULL, expires_at = NULL WHERE holder = $1`,
);
