import { statement } from '../../../platform/database/statement.js';

export const endLease = statement('saga.end-lease', `DELETE FROM saga.worker WHERE id = $1`);
