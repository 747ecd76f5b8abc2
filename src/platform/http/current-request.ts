import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { currentTrace, type TraceContext } from '../observability/trace/trace-context.js';

/** By the trace of the request: another asynchronous storage would cost every promise of the process. */
const headersOf = new WeakMap<TraceContext, IncomingHttpHeaders>();

/** Lets what a request leads to see its headers. After `traceMiddleware`. */
export function currentRequestMiddleware(request: Request, _response: Response, next: NextFunction): void {
  const trace = currentTrace();
  if (trace) headersOf.set(trace, request.headers);
  next();
}

/** The headers of the request that a trace is of, names in lower case; none when it is of no request here. */
export function requestHeadersIn(trace: TraceContext | null): Readonly<IncomingHttpHeaders> {
  return (trace && headersOf.get(trace)) ?? {};
}
