import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PaymentEntity } from '../persistence/payment.entity.js';

/** Which payments to list. */
export interface PaymentSearch {
  /** Null: of all orders. */
  readonly orderId: string | null;
  readonly limit: number;
  /** The last id of the page before; null for the first page. */
  readonly beforeId: string | null;
}

/** Lists payments, newest first. */
@Injectable()
export class PaymentReader {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async list({ orderId, limit, beforeId }: PaymentSearch): Promise<PaymentEntity[]> {
    const query = this.unitOfWork.manager
      .createQueryBuilder(PaymentEntity, 'payment')
      .orderBy('payment.id', 'DESC')
      .limit(limit);
    if (orderId !== null) query.andWhere('payment.orderId = :orderId', { orderId });
    if (beforeId !== null) query.andWhere('payment.id < :beforeId', { beforeId });
    return query.getMany();
  }
}
