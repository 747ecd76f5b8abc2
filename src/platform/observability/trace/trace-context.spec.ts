import { currentTrace, goingOnIn, inTrace, storedTrace, traceFrom } from './trace-context.js';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a trace', () => {
  it('goes on under the id it came with, as a new span', () => {
    const trace = traceFrom(traceparent);
    expect(trace.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(trace.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
    expect(trace.traceparent).not.toBe(traceparent);
  });

  it('goes on for a later version of the header, which may be longer', () => {
    expect(traceFrom(`cc${traceparent.slice(2)}-more`).traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff${traceparent.slice(2)}`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    traceparent.toUpperCase(),
  ])('begins anew for %s', (header) => {
    const { traceId } = traceFrom(header);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(traceId).not.toBe('0'.repeat(32));
  });

  it('is not measured by us when its caller does not measure it', () => {
    expect(traceFrom(traceparent.replace(/01$/, '00')).traceparent).toMatch(/-00$/);
  });

  it('goes on days later as it was stored, whoever wakes the work', () => {
    const stored = storedTrace(traceparent);
    expect(stored).toEqual({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', traceparent });
    const wakes = traceFrom(undefined);
    expect(inTrace(wakes, () => goingOnIn(stored, currentTrace))).toBe(stored);
    expect(inTrace(wakes, () => goingOnIn(storedTrace(null), currentTrace))).toBeNull();
  });

  it('is around everything that is started in it, and nothing else', async () => {
    const trace = traceFrom(traceparent);
    const seen = await inTrace(trace, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return currentTrace();
    });
    expect([seen, currentTrace()]).toEqual([trace, null]);
  });
});
