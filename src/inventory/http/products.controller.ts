import { Body, Controller, Get, HttpStatus, Param, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { decodeCursor, page, pageOf, type Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { Catalogue } from '../application/catalogue.js';
import { PutProduct } from '../application/put-product.handler.js';
import { unknownProduct } from '../application/unknown-product.js';
import { UNKNOWN_PRODUCT } from '../contracts/inventory-rejections.js';
import { listProductsQuery, productCursor, type ListProductsQuery } from './list-products.query.dto.js';
import { productResponse, toProductResponse, type ProductResponse } from './product.response.dto.js';
import { putProductRequest, type PutProductRequest } from './put-product.request.dto.js';
import { sku as skuSchema } from './sku.js';
import './rejection-statuses.js';

@ApiTags('Products and stock')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly commandBus: CommandBus,
    private readonly catalogue: Catalogue,
  ) {}

  @Put(':sku')
  @Roles('operator')
  @Idempotent()
  @ApiOperation({
    summary: 'Create or replace a product',
    description: 'A new product has nothing in stock. Orders keep the price that they were placed at.',
  })
  @ApiOkResponse({ description: 'It existed and is replaced.', standardSchema: productResponse })
  @ApiCreatedResponse({ description: 'It is new.', standardSchema: productResponse })
  async put(
    @Param('sku', { schema: skuSchema }) sku: string,
    @Body({ schema: putProductRequest }) content: PutProductRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ProductResponse> {
    const { product, created } = await this.commandBus.execute(new PutProduct(sku, content));
    response.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return toProductResponse(product);
  }

  @Get(':sku')
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'Read a product' })
  @ApiOkResponse({ description: 'The product as it is sold now.', standardSchema: productResponse })
  @ApiProblems({ 404: [UNKNOWN_PRODUCT] })
  async get(@Param('sku', { schema: skuSchema }) sku: string): Promise<ProductResponse> {
    const product = await this.catalogue.product(sku);
    if (product === null) throw unknownProduct(sku);
    return toProductResponse(product);
  }

  @Get()
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'List products', description: 'Newest first.' })
  @ApiOkResponse({ description: 'A page of products.', standardSchema: pageOf(productResponse) })
  async list(@Query({ schema: listProductsQuery }) query: ListProductsQuery): Promise<Page<ProductResponse>> {
    const after = decodeCursor(productCursor, query.cursor);
    const rows = await this.catalogue.products(query.limit + 1, after?.id ?? null);
    return page(rows, query.limit, toProductResponse, ({ id }) => ({ id }));
  }
}
