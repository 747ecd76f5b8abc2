import { parseWait } from './prefer-wait.js';

describe('parseWait', () => {
  it.each([
    ['wait=5', 5],
    ['wait=30', 30],
    ['wait=31', 30],
    ['wait=999999999', 30],
    ['WAIT = 7', 7],
    ['wait="4"', 4],
    ['respond-async, wait=10', 10],
    ['wait=10;foo=bar', 10],
    ['wait=3, wait=20', 3],
  ])('reads %s as %d seconds', (prefer, seconds) => {
    expect(parseWait(prefer)).toBe(seconds);
  });

  it.each([
    undefined,
    '',
    'wait',
    'wait=',
    'wait=0',
    'wait=-1',
    'wait=1.5',
    'wait=soon',
    'await=5',
    'return=minimal',
  ])('ignores %s', (prefer) => {
    expect(parseWait(prefer)).toBeNull();
  });
});
