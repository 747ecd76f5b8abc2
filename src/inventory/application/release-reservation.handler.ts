import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ReleaseReservation } from '../contracts/inventory-commands.js';
import { ReservationReleased } from '../contracts/inventory-events.js';
import { ReservationBook } from './reservation-book.js';
import { toOutcomes } from './reservation-outcomes.js';

/** Idempotent; without a reservation it leaves a tombstone, so that one that comes late is refused. */
@CommandHandler(ReleaseReservation)
export class ReleaseReservationHandler extends LocalCommandHandler<ReleaseReservation, ReservationReleased> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly book: ReservationBook,
  ) {
    super(unitOfWork, eventBus);
  }

  override async handleBatch(
    commands: readonly ReleaseReservation[],
  ): Promise<readonly Outcome<ReservationReleased>[]> {
    const answers = await this.book.apply(
      commands.map(({ data }) => ({ command: 'release', orderId: data.orderId, lines: [] })),
    );
    return toOutcomes(commands, answers, ReservationReleased);
  }
}
