import { eventually } from '../../support/eventually.js';
import { startToyApp, type ToyApp } from './toy-app.js';

describe('the log', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const trace = (n: number) => String(n).padStart(32, 'a');
  const inTrace = (n: number) => ({ traceparent: `00-${trace(n)}-00f067aa0ba902b7-01` });
  const linesOf = (n: number) => toys.log.filter(({ traceId }) => traceId === trace(n));
  const answered = (n: number) =>
    eventually(() => {
      const line = linesOf(n).find(({ msg }) => msg === 'Request answered');
      expect(line).toBeDefined();
      return line;
    });

  it('has one line for each request, without its query, under its trace id', async () => {
    await toys.http.get('/v1/toys?name=secret-customer', { headers: inTrace(1) });
    expect(await answered(1)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      pid: process.pid,
      traceId: trace(1),
      context: 'Http',
      msg: 'Request answered',
      method: 'GET',
      path: '/v1/toys',
      status: 200,
      durationMs: expect.any(Number) as unknown,
      actor: 'demo-client',
    });
    expect(linesOf(1)).toHaveLength(1);
    expect(JSON.stringify(toys.log)).not.toContain('secret-customer');
  });

  it('tells of probes only at debug', async () => {
    await toys.http.get('/health/live', { headers: inTrace(2) });
    expect(await answered(2)).toMatchObject({ level: 'debug', path: '/health/live' });
  });

  it('has the stack of what broke, under the same trace id', async () => {
    await toys.http.get('/v1/failures/internal', { headers: inTrace(3) });
    await answered(3);
    expect(linesOf(3).find(({ level }) => level === 'error')).toMatchObject({
      context: 'Http',
      msg: 'Request failed',
      status: 500,
      code: 'HTTP.INTERNAL',
      err: {
        type: 'error',
        message: 'division by zero',
        code: '22012',
        stack: expect.stringContaining('at ') as unknown,
      },
    });
  });

  it('never has a key, a header or a body', async () => {
    await toys.http.post(
      '/v1/toys',
      { name: 'body-of-4' },
      { headers: { ...inTrace(4), prefer: 'header-of-4' } },
    );
    await answered(4);
    expect(JSON.stringify(linesOf(4))).not.toMatch(/body-of-4|header-of-4|Bearer/);
  });

  it("has Nest's own lines in the same form", () => {
    expect(toys.log.find(({ context }) => context === 'NestApplication')).toMatchObject({ level: 'info' });
  });
});
