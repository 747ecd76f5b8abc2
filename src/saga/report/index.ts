/** How a saga stands and what went wrong: pure, shared by operators' views, handles and the testing kit. */
export { reportSaga, type AbandonedEffect, type SagaReport } from './saga-report.js';
export type { ErrorReport, PlacedError } from './error-report.js';
export type { CompensationReport, StepReport, StepStatus } from './step-report.js';
export { RebuiltError } from './rebuilt-error.js';
export { SagaFailedError } from './saga-failed.error.js';
