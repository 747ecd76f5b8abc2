import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytesForIds } from '../../ids/random-bytes.js';

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
 * Goes on with work that was stored, under its own trace (null: under none), and not under that of whoever happens to
 * have woken it.
 * @param about what the log lines of this work are about
 */
export function goingOnAbout<T>(trace: TraceContext | null, about: About, work: () => T): T {
  return ambient.run({ trace, about }, work);
}

/** As `goingOnAbout`, about nothing in particular. */
export function goingOnIn<T>(trace: TraceContext | null, work: () => T): T {
  return goingOnAbout(trace, nothing, work);
}

/** Runs `work` under no trace: for loops that serve everybody, whoever has started them. */
export function forEverybody<T>(work: () => T): T {
  return goingOnIn(null, work);
}

/** The trace's id; undefined when there is none. */
export function traceIdOf(traceparent: string | null): string | undefined {
  return traceparent?.split('-')[1];
}

/** The trace that was stored with some work, as it was stored; null when there was none. */
export function storedTrace(traceparent: string | null): TraceContext | null {
  const traceId = traceIdOf(traceparent);
  return traceparent === null || traceId === undefined ? null : { traceId, traceparent };
}

/** Continues the trace of a `traceparent` header, or begins a new one when there is none that can be read. */
export function traceFrom(traceparent: string | undefined): TraceContext {
  const known = readTraceparent(traceparent);
  const id = known?.traceId ?? randomBytesForIds(16).toString('hex');
  const flags = known && !known.sampled ? '00' : '01';
  return { traceId: id, traceparent: `00-${id}-${randomBytesForIds(8).toString('hex')}-${flags}` };
}

/** What a `traceparent` says, W3C Trace Context. Null when it cannot be read: it then is to be ignored. */
export function readTraceparent(
  traceparent: string | undefined,
): { readonly traceId: string; readonly spanId: string; readonly sampled: boolean } | null {
  const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;
  const [, version, traceId, spanId, flags] = form.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  // All zeros and version ff are invalid by the standard.
  if (version === 'ff' || !/[1-9a-f]/.test(traceId) || !/[1-9a-f]/.test(spanId)) return null;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}
