import { statement } from '../../../platform/database/statement.js';

export interface CardRow {
  refusal_code: string | null;
}

export const findCard = statement(
  'billing.sandbox.find-card',
  'SELECT refusal_code FROM sandbox.card WHERE token = $1',
);
