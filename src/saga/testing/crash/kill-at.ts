import { armed } from '../../../platform/failpoints/failpoint-hook.js';

/** In a process of its own: it kills itself, by SIGKILL, when it passes this point for the `hit`-th time from now. */
export function killAt(point: string, hit: number): void {
  let hits = 0;
  armed.hook = (name, where) => {
    const passed = where === null ? name : `${where}.${name}`;
    if (passed === point && ++hits === hit) process.kill(process.pid, 'SIGKILL');
  };
}
