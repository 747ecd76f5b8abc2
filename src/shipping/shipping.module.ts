import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SandboxModule } from '../platform/sandbox/sandbox.module.js';
import { ArrangeShippingHandler } from './application/arrange-shipping.handler.js';
import { CancelShipmentHandler } from './application/cancel-shipment.handler.js';
import { EraseReceiversHandler } from './application/erase-receivers.handler.js';
import { HearCarrier } from './application/hear-carrier.service.js';
import { ListSandboxBookingsHandler } from './application/list-sandbox-bookings.handler.js';
import { ShipmentBook } from './application/shipment-book.js';
import { ShipmentReader } from './application/shipment-reader.js';
import { ShipmentRows } from './application/shipment-rows.js';
import { TrackParcel } from './application/track-parcel.service.js';
import { Carrier } from './carrier/carrier.js';
import { SandboxCarrier } from './carrier/sandbox-carrier.js';
import { SandboxLedger } from './carrier/sandbox-ledger.js';
import { SandboxPace } from './carrier/sandbox-pace.js';
import { CarrierWebhookController } from './http/carrier-webhook.controller.js';
import { ShipmentsController } from './http/shipments.controller.js';
import { ShipmentEntity } from './persistence/shipment.entity.js';

/**
 * Shipments, and the carrier behind its port: the sandbox one, until there is another. `DeliveryAddresses` comes
 * from outside, as a global provider.
 */
@Module({
  imports: [TypeOrmModule.forFeature([ShipmentEntity]), SandboxModule],
  controllers: [ShipmentsController, CarrierWebhookController],
  providers: [
    ArrangeShippingHandler,
    CancelShipmentHandler,
    EraseReceiversHandler,
    ListSandboxBookingsHandler,
    HearCarrier,
    ShipmentBook,
    ShipmentReader,
    ShipmentRows,
    TrackParcel,
    SandboxLedger,
    { provide: SandboxPace, useValue: new SandboxPace() },
    { provide: Carrier, useClass: SandboxCarrier },
  ],
})
export class ShippingModule {}
