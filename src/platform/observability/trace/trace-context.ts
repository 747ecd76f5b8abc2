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

/** Fields that each log line of some work has. */
export type About = Readonly<Record<string, string>>;

/** One storage for both: Node makes every promise pay for each that is used. */
const ambient = new AsyncLocalStorage<{ readonly trace: TraceContext | null; readonly about: About }>();

const nothing: About = {};

/** The trace of the running code; null outside of any. */
export function currentTrace(): TraceContext | null {
  return ambient.getStore()?.trace ?? null;
}

/** What the running code's log lines are about; empty outside of `goingOnAbout`. */
export function currentAbout(): About {
  return ambient.getStore()?.about ?? nothing;
}

/** Runs `work`, and everything it starts, in a trace. */
export function inTrace<T>(trace: TraceContext, work: () => T): T {
  return ambient.run({ trace, about: nothing }, work);
}

/**
 * Goes on with work that was stored, under the trace that was stored with it (null: under none), and not under that of
 * whoever happens to have woken it.
 * @param about what the log lines of this work are about
 */
export function goingOnAbout<T>(traceparent: string | null, about: About, work: () => T): T {
  const trace = traceparent === null ? null : traceFrom(traceparent);
  return ambient.run({ trace, about }, work);
}

/** Runs `work` under no trace: for loops that serve everybody, whoever has started them. */
export function forEverybody<T>(work: () => T): T {
  return goingOnAbout(null, nothing, work);
}

/** The trace's id; undefined when there is none. */
export function traceIdOf(traceparent: string | null): string | undefined {
  return traceparent?.split('-')[1];
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
