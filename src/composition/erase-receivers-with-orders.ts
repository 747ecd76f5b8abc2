import { CommandBus, EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { PersonalDataErased } from '../orders/contracts/order-events.js';
import { EraseReceivers } from '../shipping/contracts/shipping-commands.js';

/** A customer's data is forgotten everywhere: the shipments hold a copy of the address. */
@EventsHandler(PersonalDataErased)
export class EraseReceiversWithOrders implements IEventHandler<PersonalDataErased> {
  constructor(private readonly commands: CommandBus) {}

  async handle({ data }: PersonalDataErased): Promise<void> {
    await this.commands.execute(new EraseReceivers(data));
  }
}
