import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { GetShippingAddresses, type ShippingAddress } from '../contracts/order-queries.js';
import { readShippingAddresses } from '../persistence/sql/read-shipping-addresses.sql.js';

@QueryHandler(GetShippingAddresses)
export class GetShippingAddressesHandler implements IQueryHandler<GetShippingAddresses> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async execute({ orderIds }: GetShippingAddresses): Promise<Map<string, ShippingAddress>> {
    const rows = await this.unitOfWork.query<ShippingAddress & { id: string }>(readShippingAddresses, [
      orderIds,
    ]);
    return new Map(rows.map(({ id, ...address }) => [id, address]));
  }
}
