import {
  afterMove,
  shipmentMoves,
  shipmentStatuses,
  type ShipmentMove,
  type ShipmentStatus,
} from './shipment-status.js';

const carrierMoves: ShipmentMove[] = ['collect', 'lose', 'deliver'];

const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, i) => ordersOf(items.filter((_, k) => k !== i)).map((rest) => [item, ...rest]));

const subsetsOf = <T>(items: readonly T[]): T[][] =>
  items.reduce<T[][]>((all, item) => [...all, ...all.map((some) => [...some, item])], [[]]);

describe('the states of a shipment', () => {
  it.each(subsetsOf(carrierMoves))('end the same whatever the order of arrival of %s %s %s', (...moves) => {
    const told = moves.filter((move): move is ShipmentMove => move !== undefined);
    const play = (order: ShipmentMove[]): ShipmentStatus => order.reduce<ShipmentStatus>(afterMove, 'booked');
    const ends = new Set(ordersOf(told).map(play));
    expect(ends.size).toBe(1);
  });

  it.each(carrierMoves)('do not change when %s is told twice', (move) => {
    for (const status of shipmentStatuses) {
      const once = afterMove(status, move);
      expect(afterMove(once, move)).toBe(once);
    }
  });

  it('are never left again after delivered or cancelled', () => {
    for (const move of Object.keys(shipmentMoves) as ShipmentMove[]) {
      expect(afterMove('delivered', move)).toBe('delivered');
      expect(afterMove('cancelled', move)).toBe('cancelled');
    }
  });

  it('do not let a parcel that is moving be cancelled', () => {
    expect(afterMove('in_transit', 'cancel')).toBe('in_transit');
  });

  it('can all be reached', () => {
    const reached = new Set<ShipmentStatus>([
      'requested',
      ...Object.values(shipmentMoves).map(({ to }) => to),
    ]);
    expect([...reached].sort()).toEqual([...shipmentStatuses].sort());
  });
});
