import { behaviourAt, specialCodes } from './sandbox-behaviour.js';

describe('the sandbox carrier', () => {
  it('answers at ordinary postal codes', () => {
    expect(['10115', 'reject', 'REJECTED', '', 'toString'].map((code) => behaviourAt(code, true))).toEqual(
      Array.from({ length: 5 }, () => 'answer'),
    );
  });

  it('misbehaves differently at each special one', () => {
    const behaviours = specialCodes.map((code) => behaviourAt(code, true));
    expect(new Set(behaviours).size).toBe(specialCodes.length);
    expect(behaviours).not.toContain('answer');
  });

  it.each(specialCodes)('treats %s like any other once it is healed', (code) => {
    expect(behaviourAt(code, false)).toBe('answer');
  });
});
