import { startToyApp, type ToyApp } from './toy-app.js';

interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  errors?: { pointer: string; code: string }[];
  traceId: string;
  details?: Record<string, unknown>;
}

describe('an error answer', () => {
  let toys: ToyApp;
  beforeAll(async () => {
    toys = await startToyApp();
  });
  afterAll(() => toys.close());

  const errorsOf = ({ body }: { body: ProblemBody }) =>
    body.errors?.map(({ pointer, code }) => `${pointer} ${code}`);

  it('is a problem document', async () => {
    const answer = await toys.http.get<ProblemBody>('/v1/nothing?here=1');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at this path.',
      instance: '/v1/nothing',
      code: 'HTTP.NOT_FOUND',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
  });

  it.each(['/v1/nothing', '/v1/toys/no-uuid', '/v1/failures/internal'])(
    'carries the trace id of the request to %s',
    async (path) => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const { body } = await toys.http.get<ProblemBody>(path, { headers: { traceparent } });
      expect(body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    },
  );

  it('carries the trace id also when the body could not be read', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { body } = await toys.http.post<ProblemBody>('/v1/toys', '{', { headers: { traceparent } });
    expect(body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('names all violations at once, each with its pointer', async () => {
    const answer = await toys.http.post<ProblemBody>('/v1/toys', {
      colour: 5,
      parts: [{ quantity: 1 }, { quantity: 0, 'a/b~c': 1 }, { quantity: 1.5 }, { quantity: 1e300 }],
      more: true,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('HTTP.VALIDATION');
    expect(errorsOf(answer)?.sort()).toEqual([
      '/colour WRONG_TYPE',
      '/more UNKNOWN_FIELD',
      '/name REQUIRED',
      '/parts/1/a~1b~0c UNKNOWN_FIELD',
      '/parts/1/quantity TOO_SMALL',
      '/parts/2/quantity WRONG_TYPE',
      '/parts/3/quantity TOO_LARGE',
    ]);
  });

  it.each([
    ['a missing body', undefined, ' REQUIRED'],
    ['an array', [], ' WRONG_TYPE'],
    ['NUL', { name: 'a\0b' }, '/name BAD_TEXT'],
    ['half a surrogate pair', '{"name": "\\ud83d"}', '/name BAD_TEXT'],
    ['NUL in a value of any kind', '{"name": "a", "colour": "\\u0000"}', '/colour BAD_TEXT'],
    ['__proto__', '{"name": "a", "__proto__": {"colour": "blue"}}', '/__proto__ UNKNOWN_FIELD'],
    ['a number beyond all', '{"name": "a", "parts": [{"quantity": 1e999}]}', '/parts/0/quantity WRONG_TYPE'],
  ])('refuses %s', async (_what, body, error) => {
    const answer = await toys.http.post<ProblemBody>('/v1/toys', body);
    expect([answer.status, errorsOf(answer)]).toEqual([400, [error]]);
  });

  it.each(['[', '{"a":'])('refuses JSON nested to the brim with %s', async (open) => {
    const depth = 60_000;
    const close = open === '[' ? ']' : '}';
    const body = `{"name": ${open.repeat(depth)}1${close.repeat(depth)}}`;
    for (const headers of [{ accept: '*/*' }, { 'idempotency-key': 'deep' }] as Record<string, string>[]) {
      const answer = await toys.http.post<ProblemBody>('/v1/toys', body, { headers });
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([400, 'TOO_DEEP']);
    }
  });

  it.each([
    ['malformed JSON', '{"name": ', 400, 'HTTP.MALFORMED_JSON'],
    ['text for JSON', 'name', 400, 'HTTP.MALFORMED_JSON'],
    ['a body over 1 MiB', JSON.stringify({ name: 'a'.repeat(2 ** 20) }), 413, 'HTTP.TOO_LARGE'],
  ])('for %s', async (_what, body, status, code) => {
    const answer = await toys.http.post<ProblemBody>('/v1/toys', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('comes for a batch only above 8 MiB', async () => {
    const orders = ['a'.repeat(7 * 2 ** 20)];
    expect((await toys.http.post('/v1/orders/batch', { orders })).status).toBe(200);
    expect((await toys.http.post('/v1/orders/batch', { orders: [...orders, ...orders] })).status).toBe(413);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/json; charset=latin1',
  ])('is 415 for %s', async (type) => {
    const answer = await toys.http.post<ProblemBody>('/v1/toys', 'name=1', {
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'HTTP.UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each([
    ['/v1/toys?naem=bear', '/naem UNKNOWN_FIELD'],
    ['/v1/toys?limit=0', '/limit TOO_SMALL'],
    ['/v1/toys?limit=201', '/limit TOO_LARGE'],
    ['/v1/toys?limit=ten', '/limit WRONG_TYPE'],
    ['/v1/toys?limit=1&limit=2', '/limit WRONG_TYPE'],
    ['/v1/toys?cursor=e30', '/cursor BAD_CURSOR'],
    ['/v1/toys?cursor=%F0%9F', '/cursor BAD_CURSOR'],
    ['/v1/toys?name=%00', '/name BAD_TEXT'],
    ['/v1/toys/7', '/id BAD_FORMAT'],
    ['/v1/failures/cast/a%00b', '/text BAD_TEXT'],
    ['/v1/failures/not-found?x=1', '/x UNKNOWN_FIELD'],
  ])('names what is wrong in %s', async (path, error) => {
    const answer = await toys.http.get<ProblemBody>(path);
    expect([answer.status, errorsOf(answer)]).toEqual([400, [error]]);
  });

  it('is 400 for a path that cannot be decoded', async () => {
    expect((await toys.http.get<ProblemBody>('/v1/toys/%ff')).body).toMatchObject({
      status: 400,
      code: 'HTTP.BAD_REQUEST',
    });
  });

  it('is 400 when only the database notices that a value is malformed', async () => {
    expect((await toys.http.get<ProblemBody>('/v1/failures/cast/no-uuid')).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '', code: 'NOT_STORABLE' }],
    });
  });

  it('is 405 with the allowed methods for another method', async () => {
    const answer = await toys.http.delete<ProblemBody>('/v1/toys/7');
    expect([answer.status, answer.body.code]).toEqual([405, 'HTTP.METHOD_NOT_ALLOWED']);
    expect(answer.headers.get('allow')).toBe('GET');
  });

  it('tells nothing about what broke inside', async () => {
    const answer = await toys.http.get<ProblemBody>('/v1/failures/internal');
    expect(answer.body).toMatchObject({ status: 500, code: 'HTTP.INTERNAL' });
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|division|SELECT|at /);
  });

  it.each([
    ['/v1/failures/not-found', 404, 'TOYS.NOT_FOUND', null],
    ['/v1/failures/headers', 409, 'TOYS.LATER', '7'],
    ['/v1/failures/outage', 503, 'BILLING.GATEWAY_DOWN', '5'],
  ])('of %s has the status and code of its reason', async (path, status, code, retryAfter) => {
    const answer = await toys.http.get<ProblemBody>(path);
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      status,
      code,
      retryAfter,
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
  });

  it('has the status that the module declared for its rejection, and its details', async () => {
    const answer = await toys.http.post<ProblemBody>('/v1/toys', { name: 'x', colour: 'mauve' });
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'TOYS.UNKNOWN_COLOUR',
      details: { colour: 'mauve' },
    });
  });

  it.each([
    ['"3"', 201],
    ['*', 201],
    ['"2"', 412],
    ['3', 400],
    ['W/"3"', 400],
  ])('comes or not for If-Match: %s', async (ifMatch, status) => {
    const answer = await toys.http.post('/v1/toys/7/rename', undefined, { headers: { 'if-match': ifMatch } });
    expect(answer.status).toBe(status);
  });
});
