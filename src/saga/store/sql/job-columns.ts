/** A job as operators see it. */
export const jobColumns = `
  id, action, filter, reason, actor, dry_run AS "dryRun", probe, rate_per_second AS "ratePerSecond",
  stop_on_repeat AS "stopOnRepeat", status, ended_because AS "endedBecause", total,
  created_at AS "createdAt", finished_at AS "finishedAt"`;
