import { Rejection } from '../../platform/messaging/rejection.js';
import type { Outcome } from '../../platform/messaging/command-handlers.js';
import type { ReservationAnswer } from './reservation-book.js';

/** What all events of a reservation carry. */
interface Moved {
  orderId: string;
  lines: { sku: string; quantity: number }[];
}

/** Turns the book's answers into the outcomes of the commands that they belong to. */
export function toOutcomes<Event>(
  commands: readonly { readonly data: { readonly orderId: string } }[],
  answers: readonly ReservationAnswer[],
  event: new (data: Moved) => Event,
): Outcome<Event>[] {
  return commands.map(({ data: { orderId } }, i) => {
    const answer = answers[i]!;
    return answer instanceof Rejection ? answer : new event({ orderId, lines: [...answer] });
  });
}
