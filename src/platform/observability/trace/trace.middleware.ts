import type { NextFunction, Request, Response } from 'express';
import { inTrace, traceFrom } from './trace-context.js';

/** Puts a request into the trace its `traceparent` names, or into a new one. Must come first of all middleware. */
export function traceMiddleware(request: Request, _response: Response, next: NextFunction): void {
  inTrace(traceFrom(request.get('traceparent')), next);
}
