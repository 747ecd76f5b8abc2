import { Catch, Logger, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { Problem } from '../problem.js';
import { allowedMethods } from './allowed-methods.js';
import { problemDocument, problemOf } from './problem-of.js';

/** Answers every error as a problem document, and logs what was our fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly adapterHost: HttpAdapterHost<ExpressAdapter>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.wrongMethod(error, request) ?? problemOf(error);
    this.log(error, problem, request);
    if (response.headersSent) {
      // Half an answer is out: cutting the connection is the only way left to say that it is broken.
      response.destroy();
      return;
    }
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problemDocument(problem, request)));
  }

  /** The router says 404 for a known path with another method; clients find their mistake sooner by a 405. */
  private wrongMethod(error: unknown, { method, path }: Request): Problem | null {
    if (!(error instanceof NotFoundException) || !error.message.startsWith(`Cannot ${method} `)) return null;
    const allowed = allowedMethods(this.adapterHost.httpAdapter.getInstance(), path);
    if (allowed.length === 0) return null;
    return new Problem({
      status: 405,
      code: 'HTTP.METHOD_NOT_ALLOWED',
      detail: `This path takes ${allowed.join(', ')}.`,
      headers: { Allow: allowed.join(', ') },
    });
  }

  private log(error: unknown, problem: Problem, { method, path }: Request): void {
    const line = {
      msg: 'Request failed',
      method,
      path,
      status: problem.status,
      code: problem.code,
      err: error,
    };
    if (problem.status === 500) this.logger.error(line);
    // An outage is reported once by who watches the database; here it is one line a request, without alarm.
    else if (problem.status > 500 || problem.cause instanceof Error) this.logger.warn(line);
  }
}
