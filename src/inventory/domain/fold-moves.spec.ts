import { foldMoves } from './fold-moves.js';

describe('foldMoves', () => {
  it('writes a product that many orders touch once', () => {
    const hold = { onHand: 0, reserved: 1 } as const;
    expect(
      foldMoves([
        { lines: [{ sku: 'A', quantity: 2 }], effect: hold },
        {
          lines: [
            { sku: 'A', quantity: 3 },
            { sku: 'B', quantity: 1 },
          ],
          effect: hold,
        },
      ]),
    ).toEqual([
      { sku: 'A', onHand: 0, reserved: 5 },
      { sku: 'B', onHand: 0, reserved: 1 },
    ]);
  });

  it('leaves out a product whose moves cancel each other', () => {
    const lines = [{ sku: 'A', quantity: 2 }];
    expect(
      foldMoves([
        { lines, effect: { onHand: -1, reserved: -1 } },
        { lines, effect: { onHand: 1, reserved: 1 } },
      ]),
    ).toEqual([]);
  });
});
