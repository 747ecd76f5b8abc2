import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { recordSpansWith, type OpenSpan, type SpanRecorder, type SpanStart } from './span.js';
import { readTraceparent } from './trace-context.js';

/** What `OTEL_SERVICE_NAME` is when it is not set. */
const serviceName = 'order-saga';

/** A stop does not wait longer for a collector that does not answer, in milliseconds. */
const patienceMs = 3_000;

/*
 * The only file that knows OpenTelemetry, and it is loaded only when spans are to be sent. Nothing is registered with
 * its global API and nothing is patched: whoever is measured says so, and what is not asked for costs nothing.
 */

/**
 * Sends the spans of this process to a collector, from now on. Where, how often and how many say the `OTEL_*`
 * variables, which the SDK reads itself. A collector that is away loses spans and holds up nobody.
 */
export function sendSpans(): { stop(): Promise<void> } {
  const log = new Logger('Traces');
  const say = (level: 'error' | 'warn' | 'debug') => (message: string) => log[level](message);
  // What it says at `error` is a batch that could not be sent: nothing of the business is lost.
  diag.setLogger(
    {
      error: say('warn'),
      warn: say('warn'),
      info: say('debug'),
      debug: say('debug'),
      verbose: say('debug'),
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': serviceName }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  recordSpansWith(recorderOf(provider.getTracer(serviceName)));
  return {
    async stop() {
      recordSpansWith(null);
      const sent = provider.shutdown().catch((error: unknown) => {
        log.warn({ err: error }, 'The last spans could not be sent.');
      });
      await Promise.race([sent, delay(patienceMs, undefined, { ref: false })]);
    },
  };
}

export function recorderOf(tracer: Tracer): SpanRecorder {
  return {
    start({ name, kind, parent, at, attributes }: SpanStart): OpenSpan {
      const options = { kind: kinds[kind], attributes, ...(at !== undefined && { startTime: new Date(at) }) };
      const span = tracer.startSpan(name, options, under(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const flags = traceFlags & TraceFlags.SAMPLED ? '01' : '00';
      return {
        trace: { traceId, traceparent: `00-${traceId}-${spanId}-${flags}` },
        end: (how) => {
          if (how.name !== undefined) span.updateName(how.name);
          if (how.attributes) span.setAttributes(how.attributes);
          if (how.failed !== undefined) {
            span.setAttribute('error.type', how.failed);
            span.setStatus({ code: SpanStatusCode.ERROR, message: how.failed });
          }
          span.end(how.at === undefined ? undefined : new Date(how.at));
        },
      };
    },
  };
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** The context of a parent that lives elsewhere: in the caller, in another process, or days ago. */
function under(parent: string | undefined): Context {
  const known = readTraceparent(parent);
  if (!known) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = known;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
