import { validate, version } from 'uuid';
import { newId } from './new-id.js';

describe('newId', () => {
  it('makes UUIDs of version 7, none of them twice, also beyond its store of random bytes', () => {
    const ids = Array.from({ length: 10_000 }, newId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  });

  it('shares no random bytes between neighbours', () => {
    const randoms = Array.from({ length: 1_000 }, () => newId().slice(-12));

    expect(new Set(randoms).size).toBe(randoms.length);
  });

  it('begins with the time of its making', () => {
    const before = Date.now();
    const made = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);

    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(Date.now());
  });
});
