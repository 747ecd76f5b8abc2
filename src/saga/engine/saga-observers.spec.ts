import { Logger } from '@nestjs/common';
import type { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DatabaseClock } from './database-clock.js';
import { SagaObservers } from './saga-observers.js';
import type { SagaCommit } from './saga-observers.js';

describe('observers of sagas', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  const hooks: (() => void)[] = [];
  const unitOfWork = { afterCommit: (hook: () => void) => hooks.push(hook) } as unknown as UnitOfWork;
  const commits = [{ before: null, entries: [], state: {} }] as unknown as SagaCommit[];

  it('are told after the commit, and one that throws harms neither the others nor the saga', () => {
    const told: unknown[] = [];
    const observers = new SagaObservers(unitOfWork, new DatabaseClock());
    const failing = () => {
      throw new Error('broken');
    };
    observers.register({ committed: failing, tookOver: failing });
    observers.register({ committed: (all) => told.push(all), tookOver: (sagas) => told.push(sagas) });

    observers.onCommit(commits);
    expect(told).toEqual([]);
    hooks.forEach((hook) => hook());
    expect(told).toEqual([commits]);

    const taken = [{ definition: 'toy', version: 1 }];
    observers.tookOver(taken);
    expect(told).toEqual([commits, taken]);
  });
});
