import {
  defaultRetryPolicy,
  longestDelayMs,
  retryDelayMs,
  type Backoff,
  type RetryPolicy,
} from './policy.js';

const failure = { code: 'UNAVAILABLE', message: 'Try again later.', retryAfterMs: null };
const delays = (policy: Partial<RetryPolicy>, attempts = 5, random = 0) =>
  Array.from({ length: attempts }, (_, index) =>
    retryDelayMs({ ...defaultRetryPolicy, ...policy }, index + 1, failure, random),
  );

describe('the delay before the next attempt', () => {
  it('is by default 1, 2, 4 and 8 s, for five attempts in all', () => {
    expect(delays({}, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(defaultRetryPolicy).toMatchObject({
      maxAttempts: 5,
      jitter: 0,
      whenExhausted: 'park',
      reactions: {},
    });
  });

  it('is by default never longer than a minute', () => {
    expect(delays({}, 9).slice(5)).toEqual([32_000, 60_000, 60_000, 60_000]);
    expect(retryDelayMs(defaultRetryPolicy, 5_000, failure, 0)).toBe(60_000);
  });

  it.each<[string, Backoff, number[]]>([
    [
      'exponentially, as declared: 15 s, coefficient 2, at most 160 s',
      { kind: 'exponential', initialMs: 15_000, coefficient: 2, maxMs: 160_000 },
      [15_000, 30_000, 60_000, 120_000, 160_000],
    ],
    ['linearly', { kind: 'linear', initialMs: 100, stepMs: 50, maxMs: 220 }, [100, 150, 200, 220, 220]],
    ['not at all when it is fixed', { kind: 'fixed', everyMs: 700 }, [700, 700, 700, 700, 700]],
    [
      'as a function of attempt and error says',
      { kind: 'function', name: 'squares', delayMs: (n, { code }) => (code === 'UNAVAILABLE' ? n * n : 0) },
      [1, 4, 9, 16, 25],
    ],
  ])('grows %s', (_, backoff, expected) => {
    expect(delays({ backoff })).toEqual(expected);
  });

  it('is never shorter than the other side’s Retry-After, and not made longer by a shorter one', () => {
    const after = (retryAfterMs: number) =>
      retryDelayMs(defaultRetryPolicy, 2, { ...failure, retryAfterMs }, 0);

    expect([after(30_000), after(1_999), after(0)]).toEqual([30_000, 2_000, 2_000]);
  });

  it('is spread by jitter between its share and the whole', () => {
    expect(delays({ jitter: 0.25 }, 2, 0)).toEqual([1_000, 2_000]);
    expect(delays({ jitter: 0.25 }, 2, 0.5)).toEqual([875, 1_750]);
    expect(delays({ jitter: 0.25 }, 2, 0.999_999)).toEqual([750, 1_500]);
    expect(delays({ jitter: 0 }, 1, 0.9)).toEqual([1_000]);
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])(
    'is a time that can be stored whatever is asked for: %d',
    (ms) => {
      const backoff: Backoff = { kind: 'function', name: 'odd', delayMs: () => ms };
      const policy = { ...defaultRetryPolicy, backoff };
      const asked = ms === Number.POSITIVE_INFINITY ? longestDelayMs : 1_000;

      expect(retryDelayMs(policy, 1, failure, 0)).toBe(asked);
      expect(retryDelayMs(defaultRetryPolicy, 1, { ...failure, retryAfterMs: ms }, 0)).toBe(asked);
    },
  );

  it('falls back to the default when the declared function throws', () => {
    const delayMs = () => {
      throw new Error('not a delay');
    };
    expect(delays({ backoff: { kind: 'function', name: 'broken', delayMs } }, 3)).toEqual([
      1_000, 2_000, 4_000,
    ]);
  });
});
