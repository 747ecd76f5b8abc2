import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, page, pageOf, type Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { ShipmentReader } from '../application/shipment-reader.js';
import { listShipmentsQuery, shipmentCursor, type ListShipmentsQuery } from './list-shipments.query.dto.js';
import { shipmentResponse, toShipmentResponse, type ShipmentResponse } from './shipment.response.dto.js';

@ApiTags('Shipments')
@Controller('v1/shipments')
export class ShipmentsController {
  constructor(private readonly shipments: ShipmentReader) {}

  @Get()
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'List shipments', description: 'Newest first; of one order with `orderId`.' })
  @ApiOkResponse({ standardSchema: pageOf(shipmentResponse) })
  async list(
    @Query({ schema: listShipmentsQuery }) query: ListShipmentsQuery,
  ): Promise<Page<ShipmentResponse>> {
    const before = decodeCursor(shipmentCursor, query.cursor);
    const rows = await this.shipments.list({
      orderId: query.orderId ?? null,
      limit: query.limit + 1,
      beforeId: before?.id ?? null,
    });
    return page(rows, query.limit, toShipmentResponse, ({ id }) => ({ id }));
  }
}
