import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PersonalDataErased } from '../contracts/order-events.js';
import { RUNNING_STATUSES, SETTLED_STATUSES } from '../domain/order-status.js';
import { erasePersonalData } from '../persistence/sql/erase-personal-data.sql.js';
import { wishErasure } from '../persistence/sql/wish-erasure.sql.js';

/** How many orders share a transaction. */
const SLICE = 500;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Erases names and addresses of a customer's finished orders: those that are neither pending nor being cancelled.
 * Those that still run lose theirs in the commit that ends them (see `OrderStatusChanges`). They are asked first: an
 * order that ends meanwhile is finished when the others are erased, so that none falls between the two.
 * Each slice commits for itself, so a call that is cut off has done a part, and the next one does the rest.
 */
@Injectable()
export class ErasePersonalData {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  /** @returns how many orders lost their address by this call, and how many will when they end */
  async erase(customerId: string): Promise<{ erased: number; whenFinished: number }> {
    const whenFinished = await inSlices((after) => this.wishSlice(customerId, after));
    const erased = await inSlices((after) => this.eraseSlice(customerId, after));
    return { erased, whenFinished };
  }

  private async wishSlice(customerId: string, after: string): Promise<string[]> {
    return this.unitOfWork.run(async () => {
      const rows = await this.unitOfWork.query<{ id: string }>(wishErasure, [
        customerId,
        RUNNING_STATUSES,
        after,
        SLICE,
      ]);
      return rows.map((row) => row.id).sort();
    });
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

/** @param slice answers the ids that it dealt with, ascending @returns how many those were in all */
async function inSlices(slice: (after: string) => Promise<string[]>): Promise<number> {
  let count = 0;
  let after: string | undefined = LOWEST_ID;
  while (after !== undefined) {
    const orderIds = await slice(after);
    count += orderIds.length;
    after = orderIds.length < SLICE ? undefined : orderIds.at(-1);
  }
  return count;
}
