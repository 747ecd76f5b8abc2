/**
 * The shipment's states and who may move it where. SQL guards take `from` from this table, so that a move which
 * is not in it changes no row, in whatever order answers and webhooks arrive.
 *
 * Messages of a carrier overtake each other. `failed → delivered` is allowed and `delivered → failed` is not, so
 * that every order of arrival ends in the same state.
 */
export const shipmentStatuses = [
  'requested',
  'booked',
  'in_transit',
  'delivered',
  'cancelled',
  'failed',
] as const;

export type ShipmentStatus = (typeof shipmentStatuses)[number];

interface Move {
  readonly from: readonly ShipmentStatus[];
  readonly to: ShipmentStatus;
}

export const shipmentMoves = {
  /** The carrier takes the booking. */
  book: { from: ['requested'], to: 'booked' },
  /** The carrier does not deliver there. */
  refuse: { from: ['requested'], to: 'failed' },
  /** We take the booking back, or make sure that there is none. */
  cancel: { from: ['requested', 'booked'], to: 'cancelled' },
  /** The carrier collects the parcel. */
  collect: { from: ['booked'], to: 'in_transit' },
  /** The carrier cannot deliver the parcel. A refused shipment has no parcel. */
  lose: { from: ['booked', 'in_transit'], to: 'failed' },
  /** The carrier hands the parcel over. */
  deliver: { from: ['booked', 'in_transit', 'failed'], to: 'delivered' },
} as const satisfies Record<string, Move>;

export type ShipmentMove = keyof typeof shipmentMoves;

/** The status after a move; the same one when the table does not allow it. */
export function afterMove(status: ShipmentStatus, move: ShipmentMove): ShipmentStatus {
  const { from, to }: Move = shipmentMoves[move];
  return from.includes(status) ? to : status;
}
