import type { NextFunction, Request, Response } from 'express';
import { startSpan, type OpenSpan } from './span.js';
import { inTrace, traceFrom } from './trace-context.js';

/** Puts a request into the trace its `traceparent` names, or into a new one. Must come first of all middleware. */
export function traceMiddleware(request: Request, response: Response, next: NextFunction): void {
  const header = request.get('traceparent');
  const span = spanOf(request, header);
  if (span) response.once('close', () => endWith(span, request, response));
  inTrace(span?.trace ?? traceFrom(header), next);
}

/** Null also for probes and scrapes, which ask all day long. */
function spanOf({ method, path }: Request, parent: string | undefined): OpenSpan | null {
  if (path.startsWith('/health') || path === '/metrics') return null;
  return startSpan({ name: method, kind: 'server', parent, attributes: { 'http.request.method': method } });
}

/** By its route: a path or a query may name a customer. */
function endWith(span: OpenSpan, request: Request, { statusCode: status }: Response): void {
  const { path: route } = (request.route ?? {}) as { path?: unknown };
  const known = typeof route === 'string';
  span.end({
    ...(known && { name: `${request.method} ${route}` }),
    attributes: { ...(known && { 'http.route': route }), 'http.response.status_code': status },
    ...(status >= 500 && { failed: String(status) }),
  });
}
