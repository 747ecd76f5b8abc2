import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { CommitInventory } from '../contracts/inventory-commands.js';
import { InventoryCommitted } from '../contracts/inventory-events.js';
import { ReservationBook } from './reservation-book.js';
import { toOutcomes } from './reservation-outcomes.js';

/** Idempotent: what is committed already is answered again and leaves the stock once. */
@CommandHandler(CommitInventory)
export class CommitInventoryHandler extends LocalCommandHandler<CommitInventory, InventoryCommitted> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly book: ReservationBook,
  ) {
    super(unitOfWork, eventBus);
  }

  override async handleBatch(
    commands: readonly CommitInventory[],
  ): Promise<readonly Outcome<InventoryCommitted>[]> {
    const answers = await this.book.apply(
      commands.map(({ data }) => ({ command: 'commit', orderId: data.orderId, lines: [] })),
    );
    return toOutcomes(commands, answers, InventoryCommitted);
  }
}
