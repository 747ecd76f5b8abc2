import { statement } from '../../../platform/database/statement.js';

export const readClock = statement('saga.read-clock', `SELECT clock_timestamp() AS now`);
