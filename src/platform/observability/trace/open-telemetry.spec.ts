import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { recorderOf } from './open-telemetry.js';
import { recordSpansWith, startSpan } from './span.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = `00-${traceId}-00f067aa0ba902b7-01`;
const about = { name: 'work', kind: 'internal', attributes: {} } as const;

describe('a span', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeEach(() => {
    exporter.reset();
    recordSpansWith(recorderOf(provider.getTracer('test')));
  });
  afterEach(() => recordSpansWith(null));
  afterAll(() => provider.shutdown());

  it('is none when nobody measures', () => {
    recordSpansWith(null);
    expect(startSpan({ ...about, parent })).toBeNull();
  });

  it('continues a stored trace, and hands itself on as the parent of what follows', () => {
    const first = startSpan({ ...about, parent })!;
    const second = startSpan({ ...about, parent: first.trace.traceparent })!;
    second.end({});
    first.end({});
    const [inner, outer] = exporter.getFinishedSpans();
    expect(first.trace).toEqual({ traceId, traceparent: `00-${traceId}-${outer!.spanContext().spanId}-01` });
    expect(outer!.parentSpanContext).toMatchObject({ traceId, spanId: '00f067aa0ba902b7' });
    expect(inner!.parentSpanContext?.spanId).toBe(outer!.spanContext().spanId);
    expect(inner!.spanContext().traceId).toBe(traceId);
  });

  it('begins a trace when there is none to continue', () => {
    const { trace } = startSpan({ ...about, parent: 'nonsense' })!;
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe(traceId);
  });

  it('is not sent when its caller does not measure, and neither is what follows from it', () => {
    const first = startSpan({ ...about, parent: parent.replace(/01$/, '00') })!;
    expect(first.trace.traceparent).toMatch(/-00$/);
    startSpan({ ...about, parent: first.trace.traceparent })!.end({});
    first.end({});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('ends with what was learnt, at the time that is given', () => {
    const at = Date.parse('2026-01-01T00:00:00.000Z');
    const span = startSpan({ ...about, kind: 'client', parent, at, attributes: { step: 'pay' } })!;
    span.end({ name: 'worked', at: at + 1_500, attributes: { outcome: 'lost' }, failed: 'GATEWAY.LOST' });
    const [sent] = exporter.getFinishedSpans();
    expect(sent).toMatchObject({
      name: 'worked',
      kind: 2,
      startTime: [at / 1_000, 0],
      endTime: [at / 1_000 + 1, 500_000_000],
      attributes: { step: 'pay', outcome: 'lost', 'error.type': 'GATEWAY.LOST' },
      status: { code: 2, message: 'GATEWAY.LOST' },
    });
  });
});
