import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { Request } from 'express';
import { OutcomeUnknownError, RetryableError } from '../../messaging/external-errors.js';
import { Rejection } from '../../messaging/rejection.js';
import { currentTrace, traceFrom } from '../../observability/trace/trace-context.js';
import { Problem, type ProblemDocument } from '../problem.js';
import { rejectionStatus } from '../rejection-status.js';
import { databaseProblem } from './database-errors.js';
import { exceptionProblem } from './http-exceptions.js';

/** The one place where an error becomes what a client sees of it. Whatever is not known here tells nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Rejection) {
    const { code, message, details } = error;
    return new Problem({
      status: rejectionStatus(code),
      code,
      detail: message,
      details: details ?? undefined,
    });
  }
  return outageProblem(error) ?? frameworkProblem(error) ?? databaseProblem(error) ?? internalProblem(error);
}

/** The body of the answer to this request. Items of a batch that failed carry one each. */
export function problemDocument(problem: Problem, request: Request): ProblemDocument {
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance: request.originalUrl.split('?', 1)[0] ?? '/',
    code: problem.code,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.details && { details: problem.details }),
    traceId: (currentTrace() ?? traceFrom(request.get('traceparent'))).traceId,
  };
}

/** A call to the outside that was made on behalf of this request failed. */
function outageProblem(error: unknown): Problem | null {
  if (error instanceof RetryableError) {
    return new Problem({
      status: 503,
      code: error.code,
      detail: 'The other side cannot do this now, and nothing has happened. Try again.',
      headers: { 'Retry-After': String(Math.ceil((error.retryAfterMs ?? 2000) / 1000)) },
      cause: error,
    });
  }
  if (error instanceof OutcomeUnknownError) {
    const detail = 'The other side did not answer; whether it acted is not known yet.';
    return new Problem({ status: 504, code: error.code, detail, cause: error });
  }
  return null;
}

function frameworkProblem(error: unknown): Problem | null {
  return error instanceof HttpException ? exceptionProblem(error) : null;
}

function internalProblem(cause: unknown): Problem {
  return new Problem({
    status: 500,
    code: 'HTTP.INTERNAL',
    detail: 'Something broke on our side. The trace id helps us to find out what.',
    cause,
  });
}
