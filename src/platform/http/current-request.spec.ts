import type { Request, Response } from 'express';
import { currentTrace, inTrace, traceFrom } from '../observability/trace/trace-context.js';
import { requestHeadersIn, currentRequestMiddleware } from './current-request.js';

const arrive = (headers: Record<string, string>, next: () => void) =>
  inTrace(traceFrom(undefined), () =>
    currentRequestMiddleware({ headers } as unknown as Request, {} as Response, next),
  );

describe('The headers of a request', () => {
  it('are seen by what it leads to, and by nothing else', async () => {
    const seen: unknown[] = [];
    await new Promise<void>((done) =>
      arrive({ 'x-tenant': 'blue' }, () =>
        setImmediate(() => {
          seen.push(requestHeadersIn(currentTrace()));
          done();
        }),
      ),
    );
    arrive({ 'x-tenant': 'red' }, () => seen.push(requestHeadersIn(currentTrace())));
    expect(seen).toEqual([{ 'x-tenant': 'blue' }, { 'x-tenant': 'red' }]);
    expect(requestHeadersIn(currentTrace())).toEqual({});
  });

  it('are none where no request is', () => {
    expect(inTrace(traceFrom(undefined), () => requestHeadersIn(currentTrace()))).toEqual({});
  });
});
