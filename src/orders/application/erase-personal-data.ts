import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PersonalDataErased } from '../contracts/order-events.js';
import { SETTLED_STATUSES } from '../domain/order-status.js';
import { erasePersonalData } from '../persistence/sql/erase-personal-data.sql.js';

/** How many orders share a transaction. */
const SLICE = 500;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Erases names and addresses of a customer's finished orders: those that are neither pending nor being cancelled.
 * Each slice commits for itself, so a call that is cut off has done a part, and the next one does the rest.
 */
@Injectable()
export class ErasePersonalData {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /** Answers how many orders lost their address by this call. */
  async erase(customerId: string): Promise<number> {
    let erased = 0;
    let after: string | undefined = LOWEST_ID;
    while (after !== undefined) {
      const orderIds = await this.eraseSlice(customerId, after);
      erased += orderIds.length;
      after = orderIds.length < SLICE ? undefined : orderIds.at(-1);
    }
    return erased;
  }

  private async eraseSlice(customerId: string, after: string): Promise<string[]> {
    return this.unitOfWork.run(async () => {
      const rows = await this.unitOfWork.query<{ id: string }>(erasePersonalData, [
        customerId,
        SETTLED_STATUSES,
        after,
        SLICE,
      ]);
      const orderIds = rows.map((row) => row.id).sort();
      if (orderIds.length > 0) this.eventBus.publish(new PersonalDataErased({ orderIds }));
      return orderIds;
    });
  }
}
