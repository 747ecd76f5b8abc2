import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustStockHandler } from './application/adjust-stock.handler.js';
import { Catalogue } from './application/catalogue.js';
import { CommitInventoryHandler } from './application/commit-inventory.handler.js';
import { DemoCatalogue } from './application/demo-catalogue.js';
import { FindProductsHandler } from './application/find-products.handler.js';
import { PutProductHandler } from './application/put-product.handler.js';
import { ReleaseReservationHandler } from './application/release-reservation.handler.js';
import { ReservationBook } from './application/reservation-book.js';
import { ReserveAndCommitInventoryHandler } from './application/reserve-and-commit-inventory.handler.js';
import { ReserveInventoryHandler } from './application/reserve-inventory.handler.js';
import { ReturnInventoryHandler } from './application/return-inventory.handler.js';
import { SeedDemoCatalogue } from './application/seed-demo-catalogue.js';
import { ProductsController } from './http/products.controller.js';
import { StockController } from './http/stock.controller.js';
import { ProductEntity } from './persistence/product.entity.js';
import { StockEntity } from './persistence/stock.entity.js';

/** Products, stock and the reservations of orders. */
@Module({
  imports: [TypeOrmModule.forFeature([ProductEntity, StockEntity])],
  controllers: [ProductsController, StockController],
  providers: [
    Catalogue,
    ReservationBook,
    DemoCatalogue,
    SeedDemoCatalogue,
    ReserveInventoryHandler,
    ReleaseReservationHandler,
    CommitInventoryHandler,
    ReserveAndCommitInventoryHandler,
    ReturnInventoryHandler,
    PutProductHandler,
    AdjustStockHandler,
    FindProductsHandler,
  ],
  exports: [DemoCatalogue],
})
export class InventoryModule {}
