/** How a job stands. */
export type JobStatus = 'awaiting-approval' | 'running' | 'completed' | 'stopped' | 'cancelled';

/** How a saga of a job stands. */
export type JobItemStatus = 'waiting' | 'under-way' | 'moved-on' | 'failed-again' | 'refused' | 'previewed';
