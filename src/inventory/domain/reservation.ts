import type { Quantity } from './quantity.js';

/**
 * The life of an order's reservation. There is one row an order, and this table alone says who may move it
 * where; a row that is `released` or `returned` never opens again.
 *
 * ```
 *                        │ (no row)             reserved              committed             released      returned
 * ───────────────────────┼──────────────────────────────────────────────────────────────────────────────────────────
 * reserve                │ → reserved   hold    same answer           same answer           CLOSED        CLOSED
 * reserve-and-commit     │ → committed  take    → committed take held same answer           CLOSED        CLOSED
 * commit                 │ NOT_RESERVED         → committed take held same answer           NOT_RESERVED  NOT_RESERVED
 * return-to-reservation  │ nothing              nothing               → reserved  hold again nothing      nothing
 * release                │ → released   –       → released  free      ALREADY_COMMITTED     same answer   nothing
 * return-to-stock        │ → returned   –       nothing               → returned  free      nothing       same answer
 * ```
 *
 * The two moves out of "no row" without effect are tombstones: the undo overtook the action, and the action,
 * when it comes late, is refused. Releasing what is committed is refused, because the goods are not held any
 * more: answering "nothing to release" would let a later return hold them for ever.
 */

export type ReservationStatus = 'reserved' | 'committed' | 'released' | 'returned';

export type ReservationCommand =
  'reserve' | 'reserve-and-commit' | 'commit' | 'return-to-reservation' | 'release' | 'return-to-stock';

/** How one piece of each line changes the stock row: by adding these. */
export interface StockEffect {
  readonly onHand: -1 | 0 | 1;
  readonly reserved: -1 | 0 | 1;
}

export type RefusalCode =
  'INVENTORY.NOT_RESERVED' | 'INVENTORY.RESERVATION_CLOSED' | 'INVENTORY.ALREADY_COMMITTED';

export type Transition =
  /** The row goes to `to`, and the stock moves by its lines. */
  | { readonly kind: 'move'; readonly to: ReservationStatus; readonly effect: StockEffect }
  /** It was done before: the answer is given again, with the row's lines, and nothing moves. */
  | { readonly kind: 'again' }
  /** There is nothing to undo: an answer without lines. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refuse'; readonly code: RefusalCode };

const move = (to: ReservationStatus, onHand: -1 | 0 | 1, reserved: -1 | 0 | 1): Transition => ({
  kind: 'move',
  to,
  effect: { onHand, reserved },
});
const refuse = (code: RefusalCode): Transition => ({ kind: 'refuse', code });

const AGAIN: Transition = { kind: 'again' };
const NOTHING: Transition = { kind: 'nothing' };
const CLOSED = refuse('INVENTORY.RESERVATION_CLOSED');
const NOT_RESERVED = refuse('INVENTORY.NOT_RESERVED');
const ALREADY_COMMITTED = refuse('INVENTORY.ALREADY_COMMITTED');

const TABLE: Record<ReservationCommand, Record<ReservationStatus | 'none', Transition>> = {
  reserve: {
    none: move('reserved', 0, 1),
    reserved: AGAIN,
    committed: AGAIN,
    released: CLOSED,
    returned: CLOSED,
  },
  'reserve-and-commit': {
    none: move('committed', -1, 0),
    reserved: move('committed', -1, -1),
    committed: AGAIN,
    released: CLOSED,
    returned: CLOSED,
  },
  commit: {
    none: NOT_RESERVED,
    reserved: move('committed', -1, -1),
    committed: AGAIN,
    released: NOT_RESERVED,
    returned: NOT_RESERVED,
  },
  'return-to-reservation': {
    none: NOTHING,
    reserved: NOTHING,
    committed: move('reserved', 1, 1),
    released: NOTHING,
    returned: NOTHING,
  },
  release: {
    none: move('released', 0, 0),
    reserved: move('released', 0, -1),
    committed: ALREADY_COMMITTED,
    released: AGAIN,
    returned: NOTHING,
  },
  'return-to-stock': {
    none: move('returned', 0, 0),
    reserved: NOTHING,
    committed: move('returned', 1, 0),
    released: NOTHING,
    returned: AGAIN,
  },
};

/** An order's reservation as its row says. */
export interface Reservation {
  readonly status: ReservationStatus;
  /** What it holds, took, or held before it was closed; empty for a tombstone. */
  readonly lines: readonly Quantity[];
}

/** What `command` does to a reservation; null: the order has none yet. */
export function transition(command: ReservationCommand, current: Reservation | null): Transition {
  return TABLE[command][current?.status ?? 'none'];
}

/** Whether the command asks for pieces that nobody holds yet when the order has no reservation. */
export function takesFreeStock(command: ReservationCommand): boolean {
  return command === 'reserve' || command === 'reserve-and-commit';
}
