import {
  takesFreeStock,
  transition,
  type Reservation,
  type ReservationCommand,
  type ReservationStatus,
} from './reservation.js';

const COMMANDS: ReservationCommand[] = [
  'reserve',
  'reserve-and-commit',
  'commit',
  'return-to-reservation',
  'release',
  'return-to-stock',
];
const STATUSES: ReservationStatus[] = ['reserved', 'committed', 'released', 'returned'];
const inStatus = (status: ReservationStatus): Reservation => ({ status, lines: [{ sku: 'A', quantity: 1 }] });

describe('the reservation table', () => {
  it('never opens again what is closed', () => {
    for (const command of COMMANDS) {
      for (const closed of ['released', 'returned'] as const) {
        expect(transition(command, inStatus(closed)).kind).not.toBe('move');
      }
    }
  });

  it.each(COMMANDS)('does %s once: asked again, it moves nothing', (command) => {
    for (const status of [null, ...STATUSES]) {
      const first = transition(command, status && inStatus(status));
      if (first.kind !== 'move') continue;
      const second = transition(command, inStatus(first.to));
      expect(['again', 'nothing']).toContain(second.kind);
    }
  });

  it('keeps on-hand and reserved in step with the status on every move', () => {
    const held = { reserved: 1, committed: 0, released: 0, returned: 0 };
    const taken = { reserved: 0, committed: 1, released: 0, returned: 0 };
    for (const command of COMMANDS) {
      for (const status of STATUSES) {
        const next = transition(command, inStatus(status));
        if (next.kind !== 'move') continue;
        expect(next.effect).toEqual({
          onHand: taken[status] - taken[next.to] + 0,
          reserved: held[next.to] - held[status],
        });
      }
    }
  });

  it('leaves a tombstone, and no trace in stock, when the undo overtakes the action', () => {
    for (const command of ['release', 'return-to-stock'] as const) {
      const tombstone = transition(command, null);
      expect(tombstone).toMatchObject({ kind: 'move', effect: { onHand: 0, reserved: 0 } });
      if (tombstone.kind !== 'move') continue;
      for (const late of COMMANDS.filter(takesFreeStock)) {
        expect(transition(late, { status: tombstone.to, lines: [] })).toEqual({
          kind: 'refuse',
          code: 'INVENTORY.RESERVATION_CLOSED',
        });
      }
    }
  });

  it('does not release what has left the stock', () => {
    expect(transition('release', inStatus('committed'))).toEqual({
      kind: 'refuse',
      code: 'INVENTORY.ALREADY_COMMITTED',
    });
  });

  it('undoes v2 in reverse: commit, then reserve, and nothing is held or taken', () => {
    const path: ReservationCommand[] = ['reserve', 'commit', 'return-to-reservation', 'release'];
    let current: Reservation | null = null;
    const net = { onHand: 0, reserved: 0 };
    for (const command of path) {
      const next = transition(command, current);
      if (next.kind !== 'move') throw new Error(`${command} did not move.`);
      net.onHand += next.effect.onHand;
      net.reserved += next.effect.reserved;
      current = inStatus(next.to);
    }
    expect(net).toEqual({ onHand: 0, reserved: 0 });
    expect(current?.status).toBe('released');
  });
});
