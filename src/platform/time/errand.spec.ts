import { jest } from '@jest/globals';
import { Errand } from './errand.js';

describe('Errand', () => {
  let runs = 0;
  let finish = (): void => undefined;

  beforeEach(() => {
    runs = 0;
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const slow = () => {
    runs++;
    return new Promise<void>((resolve) => (finish = resolve));
  };
  const unheard = () => undefined;
  const settled = () => jest.advanceTimersByTimeAsync(0);

  it('does nothing before its start and after its end', async () => {
    const errand = new Errand(async () => void runs++, unheard);
    errand.call();
    await settled();
    expect(runs).toBe(0);
    errand.start();
    await errand.stop();
    errand.call();
    await settled();
    expect(runs).toBe(1);
  });

  it('never overlaps, folds the calls during a run into one more, and waits for it when it is stopped', async () => {
    const errand = new Errand(slow, unheard);
    errand.start();
    errand.call();
    errand.call();
    await settled();
    expect(runs).toBe(1);
    finish();
    await settled();
    expect(runs).toBe(2);
    let stopped = false;
    const stopping = errand.stop().then(() => (stopped = true));
    await settled();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
  });

  it('hears a call that comes while a run ends', async () => {
    const errand: Errand = new Errand(async () => {
      if (++runs === 1) queueMicrotask(() => queueMicrotask(() => errand.call()));
    }, unheard);
    errand.start();
    await settled();
    expect(runs).toBe(2);
  });

  it('runs again by itself after the pause that its task asks for, or sooner when it is called', async () => {
    const errand = new Errand(async () => (++runs < 4 ? 1_000 : undefined), unheard);
    errand.start();
    await jest.advanceTimersByTimeAsync(1_500);
    expect(runs).toBe(2);
    errand.call();
    await jest.advanceTimersByTimeAsync(900);
    expect(runs).toBe(3);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(4);
  });

  it('tells of a run that threw, and goes on when it is called, or after the pause that is answered', async () => {
    const errors: unknown[] = [];
    const errand = new Errand(
      () => Promise.reject(new Error(`Run ${++runs}`)),
      (error) => {
        errors.push((error as Error).message);
        return runs === 1 ? 1_000 : undefined;
      },
    );
    errand.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(errors).toEqual(['Run 1', 'Run 2']);
    errand.call();
    await settled();
    expect(errors).toHaveLength(3);
  });
});
