import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderLine, StatusEntry } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { OrderRow } from './order-row.js';

/** For lists only. Orders are written by the statements in `sql/`, never through `save()`. */
@Entity({ schema: 'orders', name: 'order' })
export class OrderEntity implements OrderRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  status!: OrderStatus;

  @Column('text', { name: 'customer_id' })
  customerId!: string;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bigint', { name: 'total_amount' })
  totalAmount!: number;

  @Column('text', { name: 'payment_method' })
  paymentMethod!: string;

  @Column('jsonb')
  lines!: OrderLine[];

  @Column('text', { name: 'ship_to_name', nullable: true })
  shipToName!: string | null;

  @Column('text', { name: 'ship_to_line1', nullable: true })
  shipToLine1!: string | null;

  @Column('text', { name: 'ship_to_line2', nullable: true })
  shipToLine2!: string | null;

  @Column('text', { name: 'ship_to_city', nullable: true })
  shipToCity!: string | null;

  @Column('text', { name: 'ship_to_postal_code', nullable: true })
  shipToPostalCode!: string | null;

  @Column('char', { length: 2, name: 'ship_to_country', nullable: true })
  shipToCountry!: string | null;

  @Column('text', { name: 'failure_code', nullable: true })
  failureCode!: string | null;

  @Column('text', { name: 'failure_message', nullable: true })
  failureMessage!: string | null;

  @Column('jsonb', { name: 'status_history' })
  statusHistory!: StatusEntry[];

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
