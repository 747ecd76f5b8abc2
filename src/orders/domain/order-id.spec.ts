import { lowestIdAt } from '../../platform/time/lowest-id-at.js';
import { newOrderId, placedAt } from './order-id.js';

describe('an order id', () => {
  it('carries the instant at which the order was placed', () => {
    const before = Date.now();
    const at = placedAt(newOrderId()).getTime();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('is not below the lowest id of its instant and below that of the next millisecond', () => {
    const id = newOrderId();
    const at = placedAt(id);
    expect(id >= lowestIdAt(at)).toBe(true);
    expect(id < lowestIdAt(new Date(at.getTime() + 1))).toBe(true);
  });

  it('has a lowest one for instants before 1970, too', () => {
    expect(lowestIdAt(new Date('1900-01-01T00:00:00Z'))).toBe('00000000-0000-7000-8000-000000000000');
  });
});
