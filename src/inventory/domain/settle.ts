import type { Allocation } from './allocate.js';
import type { LinesMoved } from './fold-moves.js';
import type { Quantity } from './quantity.js';
import {
  transition,
  type RefusalCode,
  type Reservation,
  type ReservationCommand,
  type ReservationStatus,
} from './reservation.js';

/** What one order asks of its reservation. */
export interface ReservationRequest {
  readonly command: ReservationCommand;
  readonly orderId: string;
  /** What to hold or take; empty for commands that go by what the reservation says. */
  readonly lines: readonly Quantity[];
}

/** What the request comes to. */
export type Answer =
  | { readonly kind: 'done'; readonly lines: readonly Quantity[] }
  /** Stock does not suffice, or a product does not exist. */
  | { readonly kind: 'not-allocated'; readonly allocation: Extract<Allocation, { accepted: false }> }
  /** The reservation's state does not allow it; `status` null: there is none. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly status: ReservationStatus | null };

export interface Settlement {
  /** One for each request, in their order. */
  readonly answers: readonly Answer[];
  readonly moved: readonly LinesMoved[];
  /** The reservations of the batch as they stand at its end; an order that got nothing is missing. */
  readonly after: ReadonlyMap<string, Reservation>;
}

/**
 * Takes a batch of requests one after the other through the reservation table, in memory; two for the same
 * order see each other.
 *
 * @param before the reservations as stored; an order without one is missing
 * @param allocations whether the orders that ask for free stock get it
 */
export function settle(
  requests: readonly ReservationRequest[],
  before: ReadonlyMap<string, Reservation>,
  allocations: ReadonlyMap<string, Allocation>,
): Settlement {
  const after = new Map(before);
  const moved: LinesMoved[] = [];

  const answer = ({ command, orderId, lines }: ReservationRequest): Answer => {
    const current = after.get(orderId) ?? null;
    const allocation = current === null ? allocations.get(orderId) : undefined;
    if (allocation?.accepted === false) return { kind: 'not-allocated', allocation };
    const next = transition(command, current);
    switch (next.kind) {
      case 'move': {
        const its = current?.lines ?? lines;
        moved.push({ lines: its, effect: next.effect });
        after.set(orderId, { status: next.to, lines: its });
        return { kind: 'done', lines: its };
      }
      case 'again':
        return { kind: 'done', lines: current?.lines ?? [] };
      case 'nothing':
        return { kind: 'done', lines: [] };
      case 'refuse':
        return { kind: 'refused', code: next.code, status: current?.status ?? null };
    }
  };

  return { answers: requests.map(answer), moved, after };
}
