import { jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

const noon = Date.parse('2026-11-22T12:00:00Z');

describe('DatabaseClock', () => {
  let monotonic = 5_000;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
  });

  afterEach(() => jest.restoreAllMocks());

  const readingAfter = (ms: number, clock: DatabaseClock, reading: number) => {
    monotonic += ms;
    clock.observe(new Date(reading));
  };

  it('is this process’s own before the first reading', () => {
    jest.spyOn(Date, 'now').mockReturnValue(noon);
    expect(new DatabaseClock().now()).toBe(noon);
  });

  it('carries a reading on, never faster than the database’s clock may go', () => {
    const clock = new DatabaseClock();
    clock.observe(new Date(noon));
    monotonic += 10_000;
    expect(clock.now()).toBe(noon + 10_000 - 10);
  });

  it('is not put back by a reading that lay about before it was looked at', () => {
    const clock = new DatabaseClock();
    clock.observe(new Date(noon));
    readingAfter(1_000, clock, noon + 700);
    expect(clock.now()).toBe(noon + 1_000 - 1);
  });

  it('is put forward by a reading that came sooner than the ones before', () => {
    const clock = new DatabaseClock();
    clock.observe(new Date(noon));
    readingAfter(1_000, clock, noon + 1_020);
    expect(clock.now()).toBe(noon + 1_020);
  });

  it('follows a clock that was set back', () => {
    const clock = new DatabaseClock();
    clock.observe(new Date(noon));
    readingAfter(1_000, clock, noon - 60_000);
    expect(clock.now()).toBe(noon - 60_000);
  });
});
