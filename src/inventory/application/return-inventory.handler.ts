import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ReturnInventory } from '../contracts/inventory-commands.js';
import { InventoryReturned } from '../contracts/inventory-events.js';
import { ReservationBook } from './reservation-book.js';
import { toOutcomes } from './reservation-outcomes.js';

/** Idempotent: what is back already is never put back again. */
@CommandHandler(ReturnInventory)
export class ReturnInventoryHandler extends LocalCommandHandler<ReturnInventory, InventoryReturned> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly book: ReservationBook,
  ) {
    super(unitOfWork, eventBus);
  }

  override async handleBatch(
    commands: readonly ReturnInventory[],
  ): Promise<readonly Outcome<InventoryReturned>[]> {
    const answers = await this.book.apply(
      commands.map(({ data }) => ({ command: `return-to-${data.to}`, orderId: data.orderId, lines: [] })),
    );
    return toOutcomes(commands, answers, InventoryReturned);
  }
}
