import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/**
 * Which trace the running code belongs to. Every log line and every problem document carries its id; whoever
 * stores work for later (outbox, saga, timer) stores `traceparent` with it and goes on under it.
 */
export interface TraceContext {
  /** 32 hexadecimal digits, W3C Trace Context. */
  readonly traceId: string;
  /** The `traceparent` to hand on: to another service, or to whoever continues the work later. */
  readonly traceparent: string;
}

const ambient = new AsyncLocalStorage<TraceContext>();

/** The trace of the running code; null outside of any. */
export function currentTrace(): TraceContext | null {
  return ambient.getStore() ?? null;
}

/** Runs `work`, and everything it starts, in a trace. */
export function inTrace<T>(trace: TraceContext, work: () => T): T {
  return ambient.run(trace, work);
}

/** Continues the trace of a `traceparent` header, or begins a new one when there is none that can be read. */
export function traceFrom(traceparent: string | undefined): TraceContext {
  const [, version, traceId, parentId] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:$|-)/.exec(traceparent ?? '') ?? [];
  // All zeros and version ff are invalid by the standard, and a broken header is to be ignored.
  const valid = version !== 'ff' && /[1-9a-f]/.test(traceId ?? '') && /[1-9a-f]/.test(parentId ?? '');
  const id = valid && traceId !== undefined ? traceId : randomBytes(16).toString('hex');
  return { traceId: id, traceparent: `00-${id}-${randomBytes(8).toString('hex')}-01` };
}
