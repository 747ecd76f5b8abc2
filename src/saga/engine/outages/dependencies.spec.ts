import type { Signals } from '../../../platform/messaging/signals.js';
import type { DependencyStore } from '../../store/dependency-store.js';
import type { DatabaseClock } from '../database-clock.js';
import { engineError } from '../errors.js';
import { BreakerSettings, defaultBreakerPolicy } from './breaker-policy.js';
import { Dependencies } from './dependencies.js';

const error = engineError('DOWN', 'Down.');
const usual = { as: 'usual' } as const;

describe('Failures in a row', () => {
  it('end with a success in between, also in a burst that is over before the first is written', async () => {
    const counted: boolean[] = [];
    let write = () => {};
    const slowly = new Promise<void>((resolve) => (write = resolve));
    const store = {
      ensure: () => slowly,
      countFailure: (_name: string, _saga: string, _error: unknown, first: boolean) => {
        counted.push(first);
        return Promise.resolve('closed');
      },
    } as unknown as DependencyStore;
    const dependencies = new Dependencies(
      store,
      {} as DatabaseClock,
      {} as Signals,
      new BreakerSettings(defaultBreakerPolicy),
    );
    const failed = () => dependencies.failed('bank', 'saga', error, usual);

    const calls = [failed(), failed(), dependencies.answered('bank', 'saga', usual), failed(), failed()];
    write();
    await Promise.all(calls);
    expect(counted).toEqual([false, false, true, false]);
  });
});
