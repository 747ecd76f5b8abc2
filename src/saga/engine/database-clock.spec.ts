import { jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

const noon = Date.parse('2026-11-22T12:00:00Z');

describe('DatabaseClock', () => {
  let monotonic = 5_000;
  let clock: DatabaseClock;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
    clock = new DatabaseClock();
  });

  afterEach(() => jest.restoreAllMocks());

  /** Asked for now, and looked at after so many milliseconds. */
  const read = (reading: number, ms = 0) => {
    const askedAt = monotonic;
    monotonic += ms;
    clock.observe(new Date(reading), askedAt);
  };

  it('is this process’s own before the first reading', () => {
    jest.spyOn(Date, 'now').mockReturnValue(noon);
    expect(clock.now()).toBe(noon);
  });

  it('carries a reading on, never faster than the database’s clock may go', () => {
    read(noon);
    monotonic += 10_000;
    expect(clock.now()).toBe(noon + 10_000 - 10);
    monotonic += 990_000;
    expect(clock.now()).toBe(noon + 1_000_000 - 100);
  });

  it('is not put back by a reading that lay about before it was looked at', () => {
    read(noon);
    read(noon, 700);
    expect(clock.now()).toBeCloseTo(noon + 700 - 0.7);
  });

  it('is put forward by a reading that came sooner than the ones before', () => {
    read(noon, 20);
    monotonic += 1_000;
    read(noon + 1_020);
    expect(clock.now()).toBe(noon + 1_020);
  });

  it('is put back by a reading that shows that it was ahead, by however little', () => {
    read(noon);
    monotonic += 1_000;
    read(noon + 990, 5);
    expect(clock.now()).toBe(noon + 990);
    monotonic += 1_000;
    read(noon - 60_000);
    expect(clock.now()).toBe(noon - 60_000);
  });
});
