import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ShipmentStatus } from '../domain/shipment-status.js';

/** For reading lists only; the receiver's columns are left out on purpose. Writes go by the statements. */
@Entity({ schema: 'shipping', name: 'shipment', synchronize: false })
export class ShipmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text')
  status!: ShipmentStatus;

  @Column('text', { nullable: true })
  carrier!: string | null;

  @Column('text', { name: 'tracking_number', nullable: true })
  trackingNumber!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
