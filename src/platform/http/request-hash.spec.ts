import type { ApiRequest } from './actor.js';
import { requestHash } from './request-hash.js';

const hash = (body: unknown, method = 'POST', originalUrl = '/v1/toys') =>
  requestHash({ method, originalUrl, body } as ApiRequest).toString('hex');

describe('the hash of a request', () => {
  it('does not depend on the order of fields, at any depth', () => {
    expect(hash({ a: 1, b: [{ c: 2, d: null }] })).toBe(hash({ b: [{ d: null, c: 2 }], a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{}, undefined],
  ])('differs between %j and %j', (one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });

  it('differs between methods and paths', () => {
    expect(new Set([hash({}), hash({}, 'PUT'), hash({}, 'POST', '/v1/toys?x=1')]).size).toBe(3);
  });
});
