import { Column, Entity, PrimaryColumn } from 'typeorm';

/** For reading only; writes go by `sql/`. */
@Entity({ schema: 'inventory', name: 'stock' })
export class StockEntity {
  @PrimaryColumn({ type: 'text' })
  sku!: string;

  /** Pieces in the warehouse, reserved ones included. */
  @Column({ name: 'on_hand', type: 'bigint' })
  onHand!: number;

  /** Pieces that are promised to orders and not taken yet. */
  @Column({ type: 'bigint' })
  reserved!: number;
}
