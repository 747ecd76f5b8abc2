import type { TraceContext } from './trace-context.js';

/** What a span tells beside its times: few, of few values each or ids; never personal data. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** Of few values: what is done, never on what. */
  readonly name: string;
  /** `server` answers a request, `client` calls the outside, `consumer` takes an event that was stored. */
  readonly kind: 'server' | 'client' | 'consumer' | 'internal';
  /** The `traceparent` that it continues. One that is missing or cannot be read: it begins a trace. */
  readonly parent: string | undefined;
  /** Milliseconds since 1970; default now. */
  readonly at?: number;
  readonly attributes: Attributes;
}

export interface SpanEnd {
  /** Instead of the one it began with, which did not know yet. */
  readonly name?: string;
  /** Milliseconds since 1970; default now. */
  readonly at?: number;
  readonly attributes?: Attributes;
  /** The code of what went wrong; default: nothing did. */
  readonly failed?: string;
}

/** Something that is measured, and belongs to a trace. One that is never ended is never shown. */
export interface OpenSpan {
  /** What happens in it runs, and is stored, under this. */
  readonly trace: TraceContext;
  end(how: SpanEnd): void;
}

/** Whoever measures; see `open-telemetry.ts`. */
export interface SpanRecorder {
  start(span: SpanStart): OpenSpan;
}

let recorder: SpanRecorder | null = null;

/** From now on spans of this process go there; null: nowhere. To be called before the application is made. */
export function recordSpansWith(to: SpanRecorder | null): void {
  recorder = to;
}

/** Whether anybody measures. */
export function isTracing(): boolean {
  return recorder !== null;
}

/** Null when nobody measures. */
export function startSpan(span: SpanStart): OpenSpan | null {
  return recorder === null ? null : recorder.start(span);
}
