import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { seedCatalogue } from '../persistence/sql/seed-catalogue.sql.js';

/** What a fresh installation sells. The last but one runs out soon, to see an order refused. */
const PRODUCTS = [
  { sku: 'SKU-1', name: 'Coffee beans, 1 kg', unitAmount: 1890, currency: 'EUR', quantity: 1_000_000 },
  { sku: 'SKU-2', name: 'Filter papers, 100 pieces', unitAmount: 450, currency: 'EUR', quantity: 1_000_000 },
  { sku: 'SKU-3', name: 'Hand grinder', unitAmount: 8900, currency: 'EUR', quantity: 10_000 },
  { sku: 'SKU-4', name: 'Espresso machine', unitAmount: 64900, currency: 'EUR', quantity: 500 },
  { sku: 'SKU-5', name: 'Barista course, one seat', unitAmount: 12000, currency: 'EUR', quantity: 3 },
  { sku: 'SKU-6', name: 'Travel mug', unitAmount: 2500, currency: 'USD', quantity: 10_000 },
] as const;

/** The demonstration catalogue: for trying the service out, never for production. */
@Injectable()
export class DemoCatalogue {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Loads the products when there are none at all. Answers how many were loaded; 0: the catalogue was in use. */
  async seedIfEmpty(): Promise<number> {
    const rows = await this.unitOfWork.query(seedCatalogue, [
      PRODUCTS.map(({ sku }) => sku),
      PRODUCTS.map(() => v7()),
      PRODUCTS.map(({ name }) => name),
      PRODUCTS.map(({ unitAmount }) => unitAmount),
      PRODUCTS.map(({ currency }) => currency),
      PRODUCTS.map(({ quantity }) => quantity),
      PRODUCTS.map(() => v7()),
    ]);
    return rows.length;
  }
}
