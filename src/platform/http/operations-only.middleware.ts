import type { NextFunction, Request, Response } from 'express';

const operations = /^\/(health|metrics)(\/|\?|$)/;

/** A worker listens for probes and scrapes; the API is elsewhere, and must not be reachable through it by accident. */
export function operationsOnlyMiddleware(request: Request, response: Response, next: NextFunction): void {
  if (operations.test(request.originalUrl)) return next();
  response.status(404).type('application/problem+json').json({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'HTTP.NOT_FOUND',
    detail: 'This process is a worker; it serves /health and /metrics only. Ask an API process.',
    instance: request.originalUrl,
    errors: [],
  });
}
