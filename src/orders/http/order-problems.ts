import { Problem, type Violation } from '../../platform/http/problem.js';
import { declareRejectionStatus, rejectionStatus } from '../../platform/http/rejection-status.js';
import type { Rejection } from '../../platform/messaging/rejection.js';

/** The request cannot be carried out as it is written, whatever the state of things. */
declareRejectionStatus({ 'ORDERS.UNKNOWN_SKU': 422, 'ORDERS.TOTAL_TOO_LARGE': 422 });

/**
 * The problem for an order that was refused when it was placed.
 * @param at JSON pointer to the order within the request; empty when it is the request
 */
export function refusalProblem(refusal: Rejection, at = ''): Problem {
  const errors = violationsOf(refusal).map((violation) => ({
    ...violation,
    pointer: at + violation.pointer,
  }));
  return new Problem({
    status: rejectionStatus(refusal.code),
    code: refusal.code,
    detail: refusal.message,
    errors: errors.length > 0 ? errors : undefined,
  });
}

function violationsOf({ details }: Rejection): Violation[] {
  const violations = (details?.['violations'] ?? []) as {
    code: string;
    message: string;
    pointer: string | null;
  }[];
  return violations.map(({ code, message, pointer }) => ({ pointer: pointer ?? '', code, detail: message }));
}
