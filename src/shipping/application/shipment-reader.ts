import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ShipmentEntity } from '../persistence/shipment.entity.js';

/** Which shipments to list. */
export interface ShipmentSearch {
  /** Null: of all orders. */
  readonly orderId: string | null;
  readonly limit: number;
  /** The last id of the page before; null for the first page. */
  readonly beforeId: string | null;
}

/** Lists shipments, newest first, without their receivers. */
@Injectable()
export class ShipmentReader {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async list({ orderId, limit, beforeId }: ShipmentSearch): Promise<ShipmentEntity[]> {
    const query = this.unitOfWork.manager
      .createQueryBuilder(ShipmentEntity, 'shipment')
      .orderBy('shipment.id', 'DESC')
      .limit(limit);
    if (orderId !== null) query.andWhere('shipment.orderId = :orderId', { orderId });
    if (beforeId !== null) query.andWhere('shipment.id < :beforeId', { beforeId });
    return query.getMany();
  }
}
