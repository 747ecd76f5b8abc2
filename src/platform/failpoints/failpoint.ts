import { armed } from './failpoint-hook.js';
import type { Failpoint } from './failpoints.js';

/**
 * A named instant. Without a hook, which only tests install, it is one property read.
 * @param where what kind of transaction it is, at the points that all of them share
 */
export function failpoint(point: Failpoint, where: string | null = null): void | Promise<void> {
  if (armed.hook !== null) return armed.hook(point, where);
}
