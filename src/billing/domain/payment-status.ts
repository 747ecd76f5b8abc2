/**
 * The payment's states and who may move it where. SQL guards take `from` from this table, so that a move which is
 * not in it changes no row, in whatever order answers and webhooks arrive.
 *
 * What the gateway answers when it is asked stands above what a webhook says: an answer may turn `declined` into
 * `charged`, a webhook may not. Nothing leaves `refunded`.
 */
export const paymentStatuses = ['pending', 'charged', 'declined', 'refunded', 'unknown'] as const;

export type PaymentStatus = (typeof paymentStatuses)[number];

interface Move {
  readonly from: readonly PaymentStatus[];
  readonly to: PaymentStatus;
}

export const paymentMoves = {
  /** The gateway answers that it has the money. */
  charge: { from: ['pending', 'unknown', 'declined'], to: 'charged' },
  /** The gateway answers no, or makes sure that nothing will be charged any more. */
  decline: { from: ['pending', 'unknown'], to: 'declined' },
  /** The request went out, and nobody knows what became of it. */
  loseSight: { from: ['pending'], to: 'unknown' },
  /** The gateway has given back what it had. */
  refund: { from: ['pending', 'unknown', 'declined', 'charged'], to: 'refunded' },
  /** The gateway tells by itself that the bank said yes. */
  confirmByWebhook: { from: ['pending', 'unknown'], to: 'charged' },
  /** The gateway tells by itself that the bank said no. */
  failByWebhook: { from: ['pending', 'unknown'], to: 'declined' },
} as const satisfies Record<string, Move>;

export type PaymentMove = keyof typeof paymentMoves;

/** The status after a move; the same one when the table does not allow it. */
export function afterMove(status: PaymentStatus, move: PaymentMove): PaymentStatus {
  const { from, to }: Move = paymentMoves[move];
  return from.includes(status) ? to : status;
}
