import fc from 'fast-check';
import { allocate } from './allocate.js';
import { sumBySku, type Quantity } from './quantity.js';

const line = (sku: string, quantity: number): Quantity => ({ sku, quantity });
const free = (stock: Record<string, number>) => new Map(Object.entries(stock));

describe('allocate', () => {
  it('gives each order what it wants while there is enough', () => {
    expect(allocate([[line('A', 2)], [line('A', 3)]], free({ A: 5 }))).toEqual([
      { accepted: true },
      { accepted: true },
    ]);
  });

  it('serves in order of arrival', () => {
    const [early, late] = allocate([[line('A', 3)], [line('A', 3)]], free({ A: 5 }));
    expect(early).toEqual({ accepted: true });
    expect(late).toEqual({
      accepted: false,
      unknown: [],
      short: [{ sku: 'A', wanted: 3, available: 2 }],
    });
  });

  it('serves a small order behind a big one that was refused', () => {
    const answers = allocate([[line('A', 9)], [line('A', 1)]], free({ A: 5 }));
    expect(answers.map((a) => a.accepted)).toEqual([false, true]);
  });

  it('takes nothing of a product for an order that lacks another one', () => {
    const answers = allocate([[line('A', 5), line('B', 1)], [line('A', 5)]], free({ A: 5, B: 0 }));
    expect(answers.map((a) => a.accepted)).toEqual([false, true]);
  });

  it('names everything that stands in the way at once', () => {
    expect(allocate([[line('A', 2), line('X', 1), line('B', 9)]], free({ A: 1, B: 3 }))).toEqual([
      {
        accepted: false,
        unknown: ['X'],
        short: [
          { sku: 'A', wanted: 2, available: 1 },
          { sku: 'B', wanted: 9, available: 3 },
        ],
      },
    ]);
  });

  it('adds up lines of the same product', () => {
    const [answer] = allocate([[line('A', 3), line('A', 3)]], free({ A: 5 }));
    expect(answer).toEqual({
      accepted: false,
      unknown: [],
      short: [{ sku: 'A', wanted: 6, available: 5 }],
    });
  });

  describe('for any orders and any stock', () => {
    const SKUS = ['A', 'B', 'C', 'D'] as const;
    const lines = fc.array(
      fc.record({ sku: fc.constantFrom(...SKUS, 'unknown'), quantity: fc.integer({ min: 1, max: 9 }) }),
      { minLength: 1, maxLength: 5 },
    );
    const orders = fc.array(lines, { maxLength: 30 });
    const stock = fc
      .tuple(...SKUS.map(() => fc.nat({ max: 40 })))
      .map((levels) => new Map<string, number>(SKUS.map((sku, i) => [sku, levels[i]!])));

    it('never oversells', () => {
      fc.assert(
        fc.property(orders, stock, (all, levels) => {
          const answers = allocate(all, levels);
          const sold = sumBySku(all.filter((_, i) => answers[i]!.accepted).flat());
          for (const [sku, quantity] of sold) expect(quantity).toBeLessThanOrEqual(levels.get(sku) ?? 0);
        }),
      );
    });

    it('refuses an order only for what those accepted before it have left over', () => {
      fc.assert(
        fc.property(orders, stock, (all, levels) => {
          const left = new Map(levels);
          allocate(all, levels).forEach((answer, i) => {
            const wanted = [...sumBySku(all[i]!)];
            expect(answer.accepted).toBe(
              wanted.every(([sku, quantity]) => (left.get(sku) ?? -1) >= quantity),
            );
            if (answer.accepted) for (const [sku, q] of wanted) left.set(sku, left.get(sku)! - q);
          });
        }),
      );
    });

    it('leaves its input alone', () => {
      fc.assert(
        fc.property(orders, stock, (all, levels) => {
          const before = [...levels];
          allocate(all, levels);
          expect([...levels]).toEqual(before);
        }),
      );
    });
  });
});
