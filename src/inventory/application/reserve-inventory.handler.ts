import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LocalCommandHandler, type Outcome } from '../../platform/messaging/command-handlers.js';
import { ReserveInventory } from '../contracts/inventory-commands.js';
import { InventoryReserved } from '../contracts/inventory-events.js';
import { ReservationBook } from './reservation-book.js';
import { toOutcomes } from './reservation-outcomes.js';

/** Idempotent: an order that holds its lines already is answered with them, and holds them once. */
@CommandHandler(ReserveInventory)
export class ReserveInventoryHandler extends LocalCommandHandler<ReserveInventory, InventoryReserved> {
  constructor(
    unitOfWork: UnitOfWork,
    eventBus: EventBus,
    private readonly book: ReservationBook,
  ) {
    super(unitOfWork, eventBus);
  }

  override async handleBatch(
    commands: readonly ReserveInventory[],
  ): Promise<readonly Outcome<InventoryReserved>[]> {
    const answers = await this.book.apply(
      commands.map(({ data }) => ({ command: 'reserve', orderId: data.orderId, lines: data.lines })),
    );
    return toOutcomes(commands, answers, InventoryReserved);
  }
}
