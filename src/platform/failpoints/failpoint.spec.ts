import { armed } from './failpoint-hook.js';
import { failpoint } from './failpoint.js';

describe('A failpoint', () => {
  afterEach(() => (armed.hook = null));

  it('does nothing in a process in which no test has installed a hook', () => {
    expect(failpoint('wave.locked')).toBeUndefined();
  });

  it('tells the hook where it is, and does what the hook does', async () => {
    armed.hook = (point, where) => {
      throw new Error(`${where} ${point}`);
    };
    expect(() => failpoint('before-commit', 'wave')).toThrow('wave before-commit');
    armed.hook = () => Promise.reject(new Error('later'));
    await expect(failpoint('call.after')).rejects.toThrow('later');
  });
});
