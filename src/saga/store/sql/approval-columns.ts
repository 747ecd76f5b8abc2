/** An approval with how it stands by the database's clock. */
export const approvalColumns = `
  id, saga_id AS "sagaId", job_id AS "jobId", action, request, revision, money, asked_by AS "askedBy", role, reason,
  asked_at AS "askedAt", expires_at AS "expiresAt", approved_by AS "approvedBy",
  approved_because AS "approvedBecause", approved_at AS "approvedAt",
  declined_by AS "declinedBy", declined_because AS "declinedBecause", declined_at AS "declinedAt",
  CASE WHEN approved_at IS NOT NULL THEN 'approved'
       WHEN declined_at IS NOT NULL THEN 'declined'
       WHEN expires_at <= clock_timestamp() THEN 'expired' ELSE 'waiting' END AS status`;
