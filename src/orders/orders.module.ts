import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CompletionWaiter } from '../platform/http/prefer-wait.js';
import { BeginCancellationHandler } from './application/begin-cancellation.handler.js';
import { ChangeShippingAddress } from './application/change-shipping-address.js';
import { CloseOrderHandler } from './application/close-order.handler.js';
import { ConfirmOrderHandler } from './application/confirm-order.handler.js';
import { DecideOrder } from './application/decide-order.js';
import { ErasePersonalData } from './application/erase-personal-data.js';
import { FollowOrder } from './application/follow-order.js';
import { GetShippingAddressesHandler } from './application/get-shipping-addresses.handler.js';
import { MarkDeliveredHandler } from './application/mark-delivered.handler.js';
import { MarkShippedHandler } from './application/mark-shipped.handler.js';
import { OrderReader } from './application/order-reader.js';
import { OrderStatusChanges } from './application/order-status-changes.js';
import { OrderStatusSignals } from './application/order-status-signals.js';
import { OrderTimeline } from './application/order-timeline.js';
import { PlaceOrdersHandler } from './application/place-orders.handler.js';
import { ValidateOrderHandler } from './application/validate-order.handler.js';
import { OrderBatchController } from './http/order-batch.controller.js';
import { OrderCompletionWaiter } from './http/order-completion-waiter.js';
import { OrderDecisionsController } from './http/order-decisions.controller.js';
import { OrderHistoryController } from './http/order-history.controller.js';
import { OrdersController } from './http/orders.controller.js';
import { PersonalDataController } from './http/personal-data.controller.js';
import { OrderEntity } from './persistence/order.entity.js';

/** Needs the ports of `contracts/ports.ts` (ProductCatalogue, Fulfillments) from a global module. */
@Module({
  imports: [TypeOrmModule.forFeature([OrderEntity])],
  controllers: [
    OrderBatchController,
    OrdersController,
    OrderDecisionsController,
    OrderHistoryController,
    PersonalDataController,
  ],
  providers: [
    PlaceOrdersHandler,
    ValidateOrderHandler,
    ConfirmOrderHandler,
    MarkShippedHandler,
    MarkDeliveredHandler,
    BeginCancellationHandler,
    CloseOrderHandler,
    GetShippingAddressesHandler,
    ChangeShippingAddress,
    DecideOrder,
    ErasePersonalData,
    FollowOrder,
    OrderReader,
    OrderStatusChanges,
    OrderStatusSignals,
    OrderTimeline,
    { provide: CompletionWaiter, useClass: OrderCompletionWaiter },
  ],
  exports: [CompletionWaiter],
})
export class OrdersModule {}
