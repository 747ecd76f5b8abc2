import type { NextFunction, Request, Response } from 'express';

const operations = /^\/(health|metrics)(\/|\?|$)/;

/** For probes and scrapes; the API is elsewhere, and must not be reachable through this port by accident. */
export function operationsOnlyMiddleware(request: Request, response: Response, next: NextFunction): void {
  if (operations.test(request.originalUrl)) return next();
  notFound(
    request,
    response,
    'This port serves /health and /metrics only; ask that of the API, of an API process.',
  );
}

/** As a problem document, before anything that makes one is reached. */
export function notFound(request: Request, response: Response, detail: string): void {
  response.status(404).type('application/problem+json').json({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'HTTP.NOT_FOUND',
    detail,
    instance: request.originalUrl,
    errors: [],
  });
}
