import { parseIfMatch, requireMatch } from './preconditions.js';

describe('If-Match', () => {
  it.each([
    ['"3"', 3],
    [' "12" ', 12],
    ['*', null],
    [undefined, null],
  ])('%s expects version %s', (header, version) => {
    expect(parseIfMatch(header)).toBe(version);
  });

  it.each(['3', 'W/"3"', '"a"', '""', '"1", "2"', '"1e3"', '"9999999999999999"'])(
    '%s is a mistake',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ status: 400 }) as Error);
    },
  );

  it('fits the version seen, or any when none was named', () => {
    expect(() => requireMatch(3, 3)).not.toThrow();
    expect(() => requireMatch(null, 3)).not.toThrow();
  });

  it('is refused with the present version when that has moved on', () => {
    expect(() => requireMatch(2, 3)).toThrow(
      expect.objectContaining({
        status: 412,
        code: 'HTTP.PRECONDITION_FAILED',
        details: { version: 3 },
      }) as Error,
    );
  });
});
