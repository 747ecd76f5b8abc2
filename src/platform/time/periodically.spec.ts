import { jest } from '@jest/globals';
import { periodically } from './periodically.js';

describe('periodically', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs once a period, the first time after one', async () => {
    let runs = 0;
    const periodical = periodically(
      1000,
      async () => void runs++,
      () => undefined,
    );
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(3500);
    expect(runs).toBe(3);
    await periodical.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(runs).toBe(3);
  });

  it('never overlaps, and stopping waits for the running one', async () => {
    let running = 0;
    let most = 0;
    let finish = () => {};
    const periodical = periodically(
      1000,
      async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => (finish = resolve));
        running--;
      },
      () => undefined,
    );
    await jest.advanceTimersByTimeAsync(5000);
    expect([running, most]).toEqual([1, 1]);
    const stopped = periodical.stop();
    finish();
    await stopped;
    expect(running).toBe(0);
  });

  it('goes on after an error, and tells of it', async () => {
    const errors: unknown[] = [];
    const periodical = periodically(
      1000,
      () => Promise.reject(new Error('no')),
      (error) => errors.push(error),
    );
    await jest.advanceTimersByTimeAsync(2500);
    await periodical.stop();
    expect(errors).toHaveLength(2);
  });
});
