import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { putProduct, type PutProductRow } from '../persistence/sql/put-product.sql.js';
import type { CatalogueProduct } from './catalogue.js';

/** Creates a product, with nothing in stock, or replaces what it says. Orders keep the price they captured. */
export class PutProduct extends Command<{ product: CatalogueProduct; created: boolean }> {
  constructor(
    readonly sku: string,
    readonly content: { name: string; unitAmount: number; currency: string },
  ) {
    super();
  }
}

@CommandHandler(PutProduct)
export class PutProductHandler implements ICommandHandler<PutProduct> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async execute({ sku, content }: PutProduct): Promise<{ product: CatalogueProduct; created: boolean }> {
    const { name, unitAmount, currency } = content;
    const [row] = await this.unitOfWork.query<PutProductRow>(putProduct, [
      sku,
      v7(),
      name,
      unitAmount,
      currency,
    ]);
    if (row === undefined) throw new Error(`Product ${sku} was neither created nor replaced.`);
    const product = { sku, name, unitAmount, currency, version: row.version };
    return {
      product: { ...product, createdAt: row.created_at, updatedAt: row.updated_at },
      created: row.version === 1,
    };
  }
}
