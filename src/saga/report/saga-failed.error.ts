import { RebuiltError } from './rebuilt-error.js';
import type { SagaReport } from './saga-report.js';

/**
 * A saga did not go through. Thrown to whoever waits for it, once its compensations have finished or were parked.
 * For code and operators: the message and the report name causes and stacks, which are no business of a customer's.
 *
 * `cause` is what went wrong first, rebuilt with its own causes, in whichever process it was thrown.
 */
export class SagaFailedError extends Error {
  override readonly name = 'SagaFailedError';
  declare readonly cause: RebuiltError;
  /** What could not be undone, by the step's place in the definition. The others were undone all the same. */
  readonly compensationErrors: Readonly<Record<number, RebuiltError>>;

  /** @param report of a saga that has turned back */
  constructor(readonly report: SagaReport) {
    const { cause } = report;
    if (!cause) throw new Error(`Saga ${report.id} has not failed.`);
    super(report.summary ?? cause.message, { cause: new RebuiltError(cause) });
    this.compensationErrors = Object.fromEntries(
      report.compensationErrors.flatMap((error) =>
        error.index === null ? [] : [[error.index, new RebuiltError(error)] as const],
      ),
    );
  }

  /** Null: no step failed, somebody asked for the way back. */
  get failedIndex(): number | null {
    return this.report.failedIndex;
  }

  get failedStep(): string | null {
    return this.report.failedStep;
  }

  /** The report: what is left of an error that goes through JSON. */
  toJSON(): SagaReport {
    return this.report;
  }
}
