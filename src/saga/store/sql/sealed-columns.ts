/** An audit entry's values as they are sealed: the same text for the same values, on every PostgreSQL and for ever. */
export const sealedColumns = `
  a.id, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, a.actor, a.role, a.action,
  a.saga_id AS "sagaId", a.reason, a.before::text AS before, a.after::text AS after, a.job_id AS "jobId",
  a.approval_id AS "approvalId"`;
