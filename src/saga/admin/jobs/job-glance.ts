import type { JobStatus } from './job-status.js';

/** A job as the audit keeps it. */
export interface JobGlance {
  readonly job: string;
  readonly action: string;
  readonly status: JobStatus;
  readonly total: number;
}

interface JobLike extends Omit<JobGlance, 'job'> {
  readonly id: string;
}

export function glanceAtJob({ id, action, status, total }: JobLike): JobGlance {
  return { job: id, action, status, total };
}
