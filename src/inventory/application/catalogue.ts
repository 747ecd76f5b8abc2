import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ProductEntity } from '../persistence/product.entity.js';
import { StockEntity } from '../persistence/stock.entity.js';

/** A product as operators see it. */
export interface CatalogueProduct {
  sku: string;
  name: string;
  unitAmount: number;
  currency: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What is there, what is promised, and what is left to promise. */
export interface StockLevel {
  onHand: number;
  reserved: number;
  available: number;
}

/** Reads of products and stock, as they are in the ambient unit of work. */
@Injectable()
export class Catalogue {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Null: there is no such product. */
  async product(sku: string): Promise<CatalogueProduct | null> {
    return this.unitOfWork.manager.findOneBy(ProductEntity, { sku });
  }

  /** At most `count` products, newest first, those created before the product with id `before`; null: from the newest. */
  async products(count: number, before: string | null): Promise<ProductEntity[]> {
    return this.unitOfWork.manager.find(ProductEntity, {
      where: before === null ? {} : { id: LessThan(before) },
      order: { id: 'DESC' },
      take: count,
    });
  }

  /** Null: there is no such product. */
  async stock(sku: string): Promise<StockLevel | null> {
    const row = await this.unitOfWork.manager.findOneBy(StockEntity, { sku });
    return row && { onHand: row.onHand, reserved: row.reserved, available: row.onHand - row.reserved };
  }
}
