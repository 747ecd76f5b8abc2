/**
 * Problem documents (RFC 9457): the one shape of every error answer. What is thrown here is for clients to read;
 * whatever is not a `Problem` or a `Rejection` is answered as a plain 500 and logged.
 */

/** One thing wrong with the request. All of them are reported at once. */
export interface Violation {
  /** Where: a JSON pointer (RFC 6901) into the body, or `/name` of a parameter. Empty: the whole. */
  readonly pointer: string;
  /** Stable word for the kind, e.g. `REQUIRED`, `UNKNOWN_FIELD`, or a code of the module. */
  readonly code: string;
  /** A sentence for a developer. */
  readonly detail: string;
}

/** The body of an error answer. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  /** Stable, `MODULE.REASON`; what clients match on. */
  readonly code: string;
  /** Present when the request was at fault in one or more places. */
  readonly errors?: readonly Violation[];
  /** W3C trace id under which the logs tell the rest. */
  readonly traceId: string;
  /** Further plain data of a rejection, such as what is left in stock. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ProblemOptions {
  /** HTTP status, 400–599. */
  readonly status: number;
  /** Stable, `MODULE.REASON`. */
  readonly code: string;
  /** A sentence a client may read; never a stack, SQL or a secret. */
  readonly detail: string;
  readonly errors?: readonly Violation[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Further response headers, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** Thrown anywhere below a controller, it becomes the answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly Violation[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.status = options.status;
    this.code = options.code;
    this.errors = options.errors;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** The request breaks its schema. Never remembered by idempotency records. */
export function validationProblem(errors: readonly Violation[]): Problem {
  const detail =
    errors.length === 1
      ? 'The request has a mistake.'
      : `The request has ${errors.length} mistakes; all are listed.`;
  return new Problem({ status: 400, code: 'HTTP.VALIDATION', detail, errors });
}

/** Builds a JSON pointer (RFC 6901) from a path. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export { declareRejectionStatus, REJECTION_STATUS } from './rejection-status.js';
