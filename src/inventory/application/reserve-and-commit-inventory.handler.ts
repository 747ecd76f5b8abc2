import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ReserveAndCommitInventory } from '../contracts/inventory-commands.js';
import { InventoryCommitted } from '../contracts/inventory-events.js';
import { ReservationBook } from './reservation-book.js';
import { toOutcomes } from './reservation-outcomes.js';

/** Idempotent: what was taken already is answered again and leaves the stock once. */
@CommandHandler(ReserveAndCommitInventory)
export class ReserveAndCommitInventoryHandler extends LocalCommandHandler<
  ReserveAndCommitInventory,
  InventoryCommitted
> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly book: ReservationBook,
  ) {
    super(unitOfWork, eventBus);
  }

  override async handleBatch(
    commands: readonly ReserveAndCommitInventory[],
  ): Promise<readonly Outcome<InventoryCommitted>[]> {
    const answers = await this.book.apply(
      commands.map(({ data }) => ({
        command: 'reserve-and-commit',
        orderId: data.orderId,
        lines: data.lines,
      })),
    );
    return toOutcomes(commands, answers, InventoryCommitted);
  }
}
