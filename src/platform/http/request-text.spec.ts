import type { ApiRequest } from './actor.js';
import { requestText } from './request-text.js';

const text = (body: unknown, method = 'POST', originalUrl = '/v1/toys') =>
  requestText({ method, originalUrl, body } as ApiRequest);

describe('the text of a request', () => {
  it('does not depend on the order of fields, at any depth', () => {
    expect(text({ a: 1, b: [{ c: 2, d: null }] })).toBe(text({ b: [{ d: null, c: 2 }], a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{}, undefined],
  ])('differs between %j and %j', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });

  it('differs between methods and paths', () => {
    expect(new Set([text({}), text({}, 'PUT'), text({}, 'POST', '/v1/toys?x=1')]).size).toBe(3);
  });
});
