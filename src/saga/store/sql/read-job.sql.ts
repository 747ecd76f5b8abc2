import { statement } from '../../../platform/database/statement.js';
import { jobColumns } from './job-columns.js';

export const readJob = statement('saga.read-job', `SELECT ${jobColumns} FROM saga.job WHERE id = $1`);
