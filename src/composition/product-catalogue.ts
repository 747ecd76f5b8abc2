import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { FindProducts } from '../inventory/contracts/product-queries.js';
import { ProductCatalogue, type CatalogueEntry } from '../orders/contracts/ports.js';

/** Orders are priced from the inventory module's catalogue. */
@Injectable()
export class InventoryProductCatalogue extends ProductCatalogue {
  constructor(private readonly queries: QueryBus) {
    super();
  }

  async find(skus: readonly string[]): Promise<Map<string, CatalogueEntry>> {
    const products = await this.queries.execute(new FindProducts(skus));
    return new Map(products.map((product) => [product.sku, product]));
  }
}
