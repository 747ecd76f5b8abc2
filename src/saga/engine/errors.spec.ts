import { storeError } from './errors.js';

class Declined extends Error {
  override readonly name = 'Declined';
  readonly code = 'BILLING.CARD_DECLINED';
}

describe('an error as it is stored', () => {
  it('keeps name, code, message, stack, and the messages of its causes, outermost first', () => {
    const root = new TypeError('socket closed');
    const error = new Declined('The card was declined.', { cause: new Error('gateway', { cause: root }) });

    expect(storeError(error)).toMatchObject({
      name: 'Declined',
      code: 'BILLING.CARD_DECLINED',
      message: 'The card was declined.',
      stack: expect.stringContaining('Declined') as string,
      chain: ['Error: gateway', 'TypeError: socket closed'],
    });
  });

  it('has no code when the error has none that is a text', () => {
    expect(storeError(new Error('boom')).code).toBeNull();
    expect(storeError(Object.assign(new Error('boom'), { code: 42 })).code).toBeNull();
  });

  it.each<[unknown, string]>([
    ['boom', 'boom'],
    [undefined, 'undefined'],
    [{ reason: 'boom' }, '{"reason":"boom"}'],
    [Symbol('boom'), 'Symbol(boom)'],
    [Object.create(null), '{}'],
    [
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
      'something that has no text',
    ],
  ])('can be made of anything that is thrown: %#', (thrown, message) => {
    expect(storeError(thrown)).toMatchObject({ name: 'Error', message, stack: null });
  });

  it('is cut to a size that cannot blow up a journal, also for a chain that bites its tail', () => {
    const error = new Error('x'.repeat(100_000));
    error.name = 'n'.repeat(1_000);
    error.cause = error;
    const stored = storeError(error, 'C'.repeat(1_000));

    expect(JSON.stringify(stored).length).toBeLessThan(25_000);
    expect(stored.chain).toHaveLength(8);
  });

  it.each([
    ['a NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\uD83Db'],
    ['a pair that cutting would halve', `${'x'.repeat(1_998)}\u{1F600}${'y'.repeat(100)}`],
  ])('holds nothing that PostgreSQL’s jsonb refuses: %s', (_, message) => {
    const stored = JSON.stringify(storeError(new Error(message)));

    expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  });

  it('leaves whole characters outside the basic plane as they are', () => {
    expect(storeError(new Error('fine \u{1F600}')).message).toBe('fine \u{1F600}');
  });
});
