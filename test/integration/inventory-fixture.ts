import type { EventBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import pg from 'pg';
import { v7 } from 'uuid';
import { AdjustStockHandler } from '../../src/inventory/application/adjust-stock.handler.js';
import { Catalogue } from '../../src/inventory/application/catalogue.js';
import { CommitInventoryHandler } from '../../src/inventory/application/commit-inventory.handler.js';
import { DemoCatalogue } from '../../src/inventory/application/demo-catalogue.js';
import { FindProductsHandler } from '../../src/inventory/application/find-products.handler.js';
import { PutProduct, PutProductHandler } from '../../src/inventory/application/put-product.handler.js';
import { ReleaseReservationHandler } from '../../src/inventory/application/release-reservation.handler.js';
import { ReservationBook } from '../../src/inventory/application/reservation-book.js';
import { ReserveAndCommitInventoryHandler } from '../../src/inventory/application/reserve-and-commit-inventory.handler.js';
import { ReserveInventoryHandler } from '../../src/inventory/application/reserve-inventory.handler.js';
import { ReturnInventoryHandler } from '../../src/inventory/application/return-inventory.handler.js';
import {
  CommitInventory,
  ReleaseReservation,
  ReserveAndCommitInventory,
  ReserveInventory,
  ReturnInventory,
} from '../../src/inventory/contracts/inventory-commands.js';
import { ProductEntity } from '../../src/inventory/persistence/product.entity.js';
import { StockEntity } from '../../src/inventory/persistence/stock.entity.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { createTestDatabase } from '../support/database.js';

export interface Line {
  sku: string;
  quantity: number;
}

/** The inventory module on a database of its own, without HTTP. */
export async function openInventory() {
  const database = await createTestDatabase();
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [ProductEntity, StockEntity],
    poolSize: 12,
  }).initialize();

  const unitOfWork = new UnitOfWork(dataSource);
  const published: object[] = [];
  const eventBus = { publish: (event: object) => published.push(event) } as unknown as EventBus;
  const book = new ReservationBook(unitOfWork);
  const catalogue = new Catalogue(unitOfWork);
  const handlers = {
    reserve: new ReserveInventoryHandler(unitOfWork, eventBus, book),
    release: new ReleaseReservationHandler(unitOfWork, eventBus, book),
    commit: new CommitInventoryHandler(unitOfWork, eventBus, book),
    reserveAndCommit: new ReserveAndCommitInventoryHandler(unitOfWork, eventBus, book),
    return: new ReturnInventoryHandler(unitOfWork, eventBus, book),
    putProduct: new PutProductHandler(unitOfWork),
    adjustStock: new AdjustStockHandler(unitOfWork, catalogue),
    findProducts: new FindProductsHandler(unitOfWork),
  };

  return {
    url: database.url,
    dataSource,
    unitOfWork,
    published,
    catalogue,
    demo: new DemoCatalogue(unitOfWork),
    ...handlers,

    /** A new product with that much on hand. */
    async product(onHand: number, sku = `T-${v7()}`): Promise<string> {
      await handlers.putProduct.execute(
        new PutProduct(sku, { name: 'Thing', unitAmount: 100, currency: 'EUR' }),
      );
      await dataSource.query(`UPDATE inventory.stock SET on_hand = $2 WHERE sku = $1`, [sku, onHand]);
      return sku;
    },

    /** The row of an order's reservation; null: there is none. */
    async reservation(orderId: string): Promise<{ status: string; lines: Line[] } | null> {
      const rows = await dataSource.query<{ status: string; lines: Line[] }[]>(
        `SELECT status, lines FROM inventory.reservation WHERE order_id = $1`,
        [orderId],
      );
      return rows[0] ?? null;
    },

    async close(): Promise<void> {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

export type Inventory = Awaited<ReturnType<typeof openInventory>>;

export const reserve = (orderId: string, ...lines: Line[]) => new ReserveInventory({ orderId, lines });
export const release = (orderId: string) => new ReleaseReservation({ orderId });
export const commit = (orderId: string) => new CommitInventory({ orderId });
export const reserveAndCommit = (orderId: string, ...lines: Line[]) =>
  new ReserveAndCommitInventory({ orderId, lines });
export const giveBack = (orderId: string, to: 'reservation' | 'stock') =>
  new ReturnInventory({ orderId, to });
