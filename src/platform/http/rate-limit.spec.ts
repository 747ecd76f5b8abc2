import fc from 'fast-check';
import { RateLimit } from './rate-limit.js';

describe('a rate limit', () => {
  it('lets a burst in, and then says how long to wait', () => {
    const limit = new RateLimit(2, 60_000);
    expect([limit.ask(1000), limit.ask(2000), limit.ask(3000)]).toEqual([0, 0, 58_000]);
    expect([limit.ask(61_000), limit.ask(61_001), limit.ask(62_000)]).toEqual([0, 999, 0]);
  });

  it('never lets more in than allowed in any period, and never less than it could', () => {
    const requests = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 });
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 5 }), (pauses, most) => {
        const limit = new RateLimit(most, 100);
        const admitted: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const recent = admitted.filter((time) => time > now - 100).length;
          const isIn = limit.ask(now) === 0;
          expect(isIn).toBe(recent < most);
          if (isIn) admitted.push(now);
        }
      }),
    );
  });
});
