import { Column, Entity, PrimaryColumn } from 'typeorm';

/** For reading only; writes go by `sql/`. */
@Entity({ schema: 'inventory', name: 'product' })
export class ProductEntity {
  @PrimaryColumn({ type: 'text' })
  sku!: string;

  /** UUIDv7: the order of creation. */
  @Column({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  /** Minor units of `currency`. */
  @Column({ name: 'unit_amount', type: 'bigint' })
  unitAmount!: number;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  /** 1 for a new product; each PUT adds one. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
