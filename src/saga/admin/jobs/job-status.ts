/** How a job stands. */
export const jobStatuses = ['awaiting-approval', 'running', 'completed', 'stopped', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** How a saga of a job stands. */
export type JobItemStatus = 'waiting' | 'under-way' | 'moved-on' | 'failed-again' | 'refused' | 'previewed';
