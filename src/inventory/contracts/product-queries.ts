import { Query } from '@nestjs/cqrs';

/** A product as the catalogue sells it now. */
export interface ProductView {
  sku: string;
  name: string;
  /** Minor units of `currency`. */
  unitAmount: number;
  currency: string;
}

/** The products of these SKUs; those that do not exist are left out. */
export class FindProducts extends Query<ProductView[]> {
  constructor(readonly skus: readonly string[]) {
    super();
  }
}
