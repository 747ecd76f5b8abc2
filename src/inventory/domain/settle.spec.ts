import fc from 'fast-check';
import { allocate, type Allocation } from './allocate.js';
import { foldMoves } from './fold-moves.js';
import { sumBySku } from './quantity.js';
import { takesFreeStock, type Reservation, type ReservationCommand } from './reservation.js';
import { settle, type ReservationRequest, type Settlement } from './settle.js';

const SKUS = ['A', 'B', 'C'];
const ORDERS = ['order-1', 'order-2', 'order-3', 'order-4', 'order-5'];

/** The books in memory: what the tables hold. */
class Books {
  reservations: ReadonlyMap<string, Reservation> = new Map();
  readonly stock: Map<string, { onHand: number; reserved: number }>;

  constructor(readonly initial: readonly number[]) {
    this.stock = new Map(SKUS.map((sku, i) => [sku, { onHand: initial[i]!, reserved: 0 }]));
  }

  run(requests: readonly ReservationRequest[]): Settlement {
    const fresh = new Map<string, ReservationRequest>();
    for (const request of requests) {
      const { orderId, command } = request;
      if (takesFreeStock(command) && !this.reservations.has(orderId) && !fresh.has(orderId)) {
        fresh.set(orderId, request);
      }
    }
    const free = new Map([...this.stock].map(([sku, row]) => [sku, row.onHand - row.reserved]));
    const answers = allocate(
      [...fresh.values()].map(({ lines }) => lines),
      free,
    );
    const allocations = new Map<string, Allocation>([...fresh.keys()].map((id, i) => [id, answers[i]!]));
    const settlement = settle(requests, this.reservations, allocations);
    for (const { sku, onHand, reserved } of foldMoves(settlement.moved)) {
      const row = this.stock.get(sku)!;
      row.onHand += onHand;
      row.reserved += reserved;
    }
    this.reservations = settlement.after;
    return settlement;
  }

  linesIn(status: Reservation['status']): Map<string, number> {
    return sumBySku(
      [...this.reservations.values()].filter((r) => r.status === status).flatMap((r) => r.lines),
    );
  }
}

const lines = fc.uniqueArray(
  fc.record({ sku: fc.constantFrom(...SKUS), quantity: fc.integer({ min: 1, max: 6 }) }),
  { minLength: 1, maxLength: 3, selector: ({ sku }) => sku },
);
const batchOf = (...commands: ReservationCommand[]) =>
  fc.array(
    fc.record({
      command: fc.constantFrom(...commands),
      orderId: fc.constantFrom(...ORDERS),
      lines,
    }),
    { minLength: 1, maxLength: 6 },
  );
/** As the handlers hand them over: one kind of command a batch. */
const history = fc.array(
  fc.oneof(
    batchOf('reserve'),
    batchOf('reserve-and-commit'),
    batchOf('commit'),
    batchOf('release'),
    batchOf('return-to-reservation', 'return-to-stock'),
  ),
  { maxLength: 25 },
);
const initial = fc.tuple(fc.nat(15), fc.nat(15), fc.nat(15));

describe('settle, for any history of batches', () => {
  it('keeps the stock rows equal to what the reservations say', () => {
    fc.assert(
      fc.property(initial, history, (levels, batches) => {
        const books = new Books(levels);
        for (const batch of batches) {
          books.run(batch);
          const held = books.linesIn('reserved');
          const taken = books.linesIn('committed');
          SKUS.forEach((sku, i) => {
            expect(books.stock.get(sku)).toEqual({
              onHand: levels[i]! - (taken.get(sku) ?? 0),
              reserved: held.get(sku) ?? 0,
            });
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never promises more than there is', () => {
    fc.assert(
      fc.property(initial, history, (levels, batches) => {
        const books = new Books(levels);
        for (const batch of batches) {
          books.run(batch);
          for (const { onHand, reserved } of books.stock.values()) {
            expect(reserved).toBeGreaterThanOrEqual(0);
            expect(onHand).toBeGreaterThanOrEqual(reserved);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('moves nothing for a batch that comes a second time and was not refused', () => {
    fc.assert(
      fc.property(initial, history, batchOf('reserve'), (levels, batches, last) => {
        const books = new Books(levels);
        batches.forEach((batch) => books.run(batch));
        const once = books.run(last);
        const accepted = last.filter((_, i) => once.answers[i]!.kind === 'done');
        const twice = books.run(accepted);
        expect(twice.moved).toEqual([]);
        expect(twice.answers).toEqual(once.answers.filter(({ kind }) => kind === 'done'));
      }),
    );
  });
});

describe('settle', () => {
  const line = { sku: 'A', quantity: 2 };

  it('lets two requests for one order in a batch see each other', () => {
    const twice: ReservationRequest[] = [1, 2].map(() => ({
      command: 'reserve',
      orderId: 'order-1',
      lines: [line],
    }));
    const { answers, moved } = settle(twice, new Map(), new Map([['order-1', { accepted: true }]]));
    expect(answers).toEqual([
      { kind: 'done', lines: [line] },
      { kind: 'done', lines: [line] },
    ]);
    expect(moved).toHaveLength(1);
  });

  it('leaves no reservation behind for an order that gets nothing', () => {
    const refusal: Allocation = { accepted: false, unknown: ['A'], short: [] };
    const { answers, after } = settle(
      [{ command: 'reserve', orderId: 'order-1', lines: [line] }],
      new Map(),
      new Map([['order-1', refusal]]),
    );
    expect(answers).toEqual([{ kind: 'not-allocated', allocation: refusal }]);
    expect(after.size).toBe(0);
  });
});
