import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EraseReceivers } from '../contracts/shipping-commands.js';
import { eraseReceivers } from '../persistence/sql/erase-receivers.sql.js';

@CommandHandler(EraseReceivers)
export class EraseReceiversHandler implements ICommandHandler<EraseReceivers> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async execute({ data }: EraseReceivers): Promise<void> {
    await this.unitOfWork.query(eraseReceivers, [data.orderIds]);
  }
}
