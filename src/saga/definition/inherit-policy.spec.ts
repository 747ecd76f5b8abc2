import { compensationPolicy, inheritPolicy, onTheWayBack } from './inherit-policy.js';
import { defaultCompensationPolicy, defaultRetryPolicy } from './policy.js';

const fixed = { kind: 'fixed', everyMs: 10 } as const;

describe('a policy that inherits', () => {
  it('keeps what is not declared anew, field by field', () => {
    expect(inheritPolicy(defaultRetryPolicy, { backoff: fixed })).toEqual({
      ...defaultRetryPolicy,
      backoff: fixed,
    });
    expect(inheritPolicy({ jitter: 0.5 }, { maxAttempts: 2 })).toEqual({ jitter: 0.5, maxAttempts: 2 });
  });

  it('keeps the reactions to other codes', () => {
    const inherited = { reactions: { GONE: 'park', BUSY: 'retry' } } as const;
    expect(inheritPolicy(inherited, { reactions: { BUSY: 'compensate' } })).toEqual({
      reactions: { GONE: 'park', BUSY: 'compensate' },
    });
  });
});

describe('the policy of a compensation', () => {
  it('is by default ten attempts at the engine’s pace, then a person', () => {
    expect(compensationPolicy({})).toEqual({ ...defaultRetryPolicy, maxAttempts: 10 });
  });

  it('takes the pace and the codes that park from its definition', () => {
    expect(compensationPolicy({ backoff: fixed, jitter: 1, reactions: { GONE: 'park' } })).toEqual({
      ...defaultCompensationPolicy,
      backoff: fixed,
      jitter: 1,
      reactions: { GONE: 'park' },
    });
  });

  it('takes more attempts from its definition, never fewer; fewer only when it says so itself', () => {
    expect(compensationPolicy({ maxAttempts: 100 }).maxAttempts).toBe(100);
    expect(compensationPolicy({ maxAttempts: 2 }).maxAttempts).toBe(10);
    expect(compensationPolicy({ maxAttempts: 100 }, { maxAttempts: 2 }).maxAttempts).toBe(2);
  });

  it('takes nothing that would turn back: a code that does so for steps is retried for an undo', () => {
    const turns = { whenExhausted: 'compensate', reactions: { GONE: 'compensate', LOCKED: 'park' } } as const;
    expect(compensationPolicy(turns)).toEqual({
      ...defaultCompensationPolicy,
      reactions: { LOCKED: 'park' },
    });
    expect(onTheWayBack({ whenExhausted: 'compensate' })).toEqual({});
  });
});
