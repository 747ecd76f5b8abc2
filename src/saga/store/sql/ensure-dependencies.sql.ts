import { statement } from '../../../platform/database/statement.js';

/** Gives dependencies their rows, closed; those that have one keep it. */
export const ensureDependencies = statement(
  'saga.ensure-dependencies',
  `INSERT INTO saga.dependency (name) SELECT name FROM unnest($1::text[]) AS new(name)
   ON CONFLICT DO NOTHING`,
);
