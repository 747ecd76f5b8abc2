import { statement } from '../../../platform/database/statement.js';
import { jobColumns } from './job-columns.js';

/** At most $3 jobs that stand as $1 says (null: any), newest first, after job $2; null begins with the newest. */
export const listJobs = statement(
  'saga.list-jobs',
  `SELECT ${jobColumns} FROM saga.job
    WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
);
