import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentStatus } from '../domain/payment-status.js';

/** For reading lists only; the payment method is left out on purpose. Writes go by the statements. */
@Entity({ schema: 'billing', name: 'payment', synchronize: false })
export class PaymentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text')
  status!: PaymentStatus;

  /** Minor units of `currency`. */
  @Column('bigint')
  amount!: number;

  @Column('bigint', { name: 'refunded_amount' })
  refundedAmount!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('text', { name: 'gateway_reference', nullable: true })
  gatewayReference!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
