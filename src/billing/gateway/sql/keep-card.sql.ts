import { statement } from '../../../platform/database/statement.js';

export const keepCard = statement(
  'billing.sandbox.keep-card',
  'INSERT INTO sandbox.card (token, brand, last4, refusal_code) VALUES ($1, $2, $3, $4)',
);
