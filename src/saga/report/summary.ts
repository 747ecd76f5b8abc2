import type { SagaStatus } from '../engine/instance-row.js';
import type { PlacedError } from './error-report.js';
import type { StepReport } from './step-report.js';

interface Told {
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly steps: readonly StepReport[];
  readonly cause: PlacedError | null;
  readonly failedStep: string | null;
  readonly compensationErrors: readonly PlacedError[];
  readonly abandoned: readonly unknown[];
}

/** What went wrong, in one line; null when nothing did. */
export function summaryOf(saga: Told): string | null {
  const { definition, version, cause, abandoned } = saga;
  if (!cause) return null;
  const place = saga.steps.findIndex(({ index }) => index === cause.index) + 1;
  const where = place === 0 ? cause.step : `${cause.step} (step ${place} of ${saga.steps.length})`;
  const parts = [
    `${definition} v${version} ${verbOf(saga)} ${where}: ${cause.code}, ${cause.message.replace(/[.\s]+$/, '')}`,
    failedCompensations(saga),
    ...(abandoned.length > 0 ? [counted(abandoned.length, 'effect abandoned', 'effects abandoned')] : []),
  ];
  return parts.filter((part) => part !== null).join('; ');
}

function verbOf({ status, failedStep, cause }: Told): string {
  if (failedStep === null)
    return `${cause?.code === 'SAGA.TERMINATED' ? 'was terminated' : 'turned back'} at`;
  return status === 'running' ? 'is held up at' : 'failed at';
}

/** Also that none failed: who reads this must not have to wonder. Null while nothing is undone. */
function failedCompensations({ status, compensationErrors, steps }: Told): string | null {
  const undoes = steps.some(({ compensation }) => compensation && compensation.status !== 'registered');
  const failed = compensationErrors.filter(({ index }) => index !== null).length;
  if (failed === 0 && !undoes && status !== 'compensating' && status !== 'compensated') return null;
  return counted(failed, 'compensation failed', 'compensations failed');
}

function counted(number: number, one: string, many: string): string {
  return `${number === 0 ? 'no' : number} ${number === 1 || number === 0 ? one : many}`;
}
