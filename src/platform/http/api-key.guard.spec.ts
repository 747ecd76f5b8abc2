import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { readSettings } from '../config/read-settings.js';
import { ApiKeyGuard } from './api-key.guard.js';

const names = ['first', 'second', 'third'];

/** The guard with three keys, each its own name, and which of them it has compared since. */
function watchedGuard() {
  const compared: string[] = [];
  const apiKeys = names.map((name) => ({
    name,
    role: 'client' as const,
    get sha256() {
      compared.push(name);
      return createHash('sha256').update(name).digest();
    },
  }));
  const reflector = { getAllAndOverride: () => ['client'] } as unknown as Reflector;
  const guard = new ApiKeyGuard(reflector, Object.assign(readSettings({}), { apiKeys }));
  const admits = (key: string) => {
    const request = { get: () => `Bearer ${key}` };
    const context = {
      getHandler: () => null,
      getClass: () => null,
      switchToHttp: () => ({ getRequest: () => request }),
    } as unknown as ExecutionContext;
    try {
      return guard.canActivate(context);
    } catch {
      return false;
    }
  };
  return { admits, compared };
}

describe('A key', () => {
  it.each([
    ['first', true],
    ['third', true],
    ['nobody', false],
    ['f', false],
    ['first'.repeat(1_000), false],
  ])('is compared with every key there is, whichever fits: %.10s', (key, admitted) => {
    const { admits, compared } = watchedGuard();
    expect(admits(key)).toBe(admitted);
    // By digests, which are of one length: neither the place of the right one nor a common beginning can be timed.
    expect(compared).toEqual(names);
  });
});
