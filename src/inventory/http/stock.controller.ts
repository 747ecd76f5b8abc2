import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { AdjustStock } from '../application/adjust-stock.handler.js';
import { Catalogue } from '../application/catalogue.js';
import { unknownProduct } from '../application/unknown-product.js';
import { UNKNOWN_PRODUCT, WOULD_GO_NEGATIVE } from '../contracts/inventory-rejections.js';
import { adjustStockRequest, type AdjustStockRequest } from './adjust-stock.request.dto.js';
import { sku as skuSchema } from './sku.js';
import {
  stockAdjustmentResponse,
  stockResponse,
  toStockAdjustmentResponse,
  type StockAdjustmentResponse,
  type StockResponse,
} from './stock.response.dto.js';
import './rejection-statuses.js';

@ApiTags('Products and stock')
@Controller('v1/products/:sku')
export class StockController {
  constructor(
    private readonly commandBus: CommandBus,
    private readonly catalogue: Catalogue,
  ) {}

  @Post('stock-adjustments')
  @Roles('operator')
  @Idempotent()
  @ApiOperation({
    summary: 'Add to the stock or take from it',
    description:
      'Leaves an entry in the stock ledger, with the reason and who it was. Reserved pieces cannot be taken.',
  })
  @ApiCreatedResponse({
    description: 'Done and entered in the ledger.',
    standardSchema: stockAdjustmentResponse,
  })
  @ApiProblems({ 404: [UNKNOWN_PRODUCT], 409: [WOULD_GO_NEGATIVE] })
  async adjust(
    @Param('sku', { schema: skuSchema }) sku: string,
    @Body({ schema: adjustStockRequest }) { quantity, reason }: AdjustStockRequest,
    @CurrentActor() actor: Actor,
  ): Promise<StockAdjustmentResponse> {
    return toStockAdjustmentResponse(
      await this.commandBus.execute(new AdjustStock(sku, quantity, reason, actor.name)),
    );
  }

  @Get('stock')
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'Read the stock of a product' })
  @ApiOkResponse({ description: 'The stock at this moment.', standardSchema: stockResponse })
  @ApiProblems({ 404: [UNKNOWN_PRODUCT] })
  async stock(@Param('sku', { schema: skuSchema }) sku: string): Promise<StockResponse> {
    const stock = await this.catalogue.stock(sku);
    if (stock === null) throw unknownProduct(sku);
    return stock;
  }
}
