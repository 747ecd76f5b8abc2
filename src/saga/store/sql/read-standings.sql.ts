import { statement } from '../../../platform/database/statement.js';
import { standingColumns } from './standing-columns.js';

/** Why each of these sagas stands still, as far as the database knows. $1 ids, a page of them; what has ended is left out. */
export const readStandings = statement(
  'saga.read-standings',
  `SELECT i.id, i.definition, i.version, ${standingColumns}
     FROM saga.live_instance i
     LEFT JOIN saga.worker w ON w.id = i.owner
    WHERE i.id = ANY ($1::uuid[])`,
);
