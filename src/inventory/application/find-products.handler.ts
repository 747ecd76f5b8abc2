import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { FindProducts, type ProductView } from '../contracts/product-queries.js';
import { findProducts, type FoundProductRow } from '../persistence/sql/find-products.sql.js';

@QueryHandler(FindProducts)
export class FindProductsHandler implements IQueryHandler<FindProducts> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async execute({ skus }: FindProducts): Promise<ProductView[]> {
    if (skus.length === 0) return [];
    const rows = await this.unitOfWork.query<FoundProductRow>(findProducts, [skus]);
    return rows.map(({ sku, name, unit_amount, currency }) => ({
      sku,
      name,
      unitAmount: unit_amount,
      currency,
    }));
  }
}
