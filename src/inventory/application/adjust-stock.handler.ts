import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { WOULD_GO_NEGATIVE } from '../contracts/inventory-rejections.js';
import { adjustStock, type AdjustedRow } from '../persistence/sql/adjust-stock.sql.js';
import { unknownProduct } from './unknown-product.js';
import { Catalogue, type StockLevel } from './catalogue.js';

/** An entry of the ledger, and the stock that it led to. */
export interface StockAdjustment extends StockLevel {
  id: string;
  sku: string;
  quantity: number;
  reason: string;
  actor: string;
  createdAt: Date;
}

/** A person changes what is on hand: a delivery, a count, a loss. */
export class AdjustStock extends Command<StockAdjustment> {
  constructor(
    readonly sku: string,
    /** Pieces to add; negative takes away; never zero. */
    readonly quantity: number,
    readonly reason: string,
    /** Who, by the name of their key. */
    readonly actor: string,
  ) {
    super();
  }
}

/**
 * @throws Rejection `INVENTORY.UNKNOWN_PRODUCT`; `INVENTORY.WOULD_GO_NEGATIVE` when reserved pieces, or more than
 * there are, would go.
 */
@CommandHandler(AdjustStock)
export class AdjustStockHandler implements ICommandHandler<AdjustStock> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly catalogue: Catalogue,
  ) {}

  async execute({ sku, quantity, reason, actor }: AdjustStock): Promise<StockAdjustment> {
    const id = v7();
    const [row] = await this.unitOfWork.query<AdjustedRow>(adjustStock, [id, sku, quantity, reason, actor]);
    if (row) {
      const { on_hand: onHand, reserved, created_at: createdAt } = row;
      return { id, sku, quantity, reason, actor, onHand, reserved, available: onHand - reserved, createdAt };
    }
    const stock = await this.catalogue.stock(sku);
    if (stock === null) throw unknownProduct(sku);
    throw new Rejection(
      WOULD_GO_NEGATIVE,
      `Only ${stock.available} of ${sku} can be taken away: ${stock.onHand} on hand, ${stock.reserved} reserved.`,
      { onHand: stock.onHand, reserved: stock.reserved },
    );
  }
}
