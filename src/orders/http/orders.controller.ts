import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { decodeCursor, type Page, page } from '../../platform/http/page.js';
import { type ExpectedVersion, IfMatch } from '../../platform/http/preconditions.js';
import { PreferWait } from '../../platform/http/prefer-wait.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { ChangeShippingAddress } from '../application/change-shipping-address.js';
import { OrderReader } from '../application/order-reader.js';
import type { OrderView } from '../application/order-view.js';
import { PlaceOrders } from '../application/place-orders.js';
import { listOrdersSchema, orderCursorSchema } from './list-orders.request.dto.js';
import { changeOrderSchema } from './order-actions.request.dto.js';
import { orderIdSchema } from './order-id.dto.js';
import { refusalProblem } from './order-problems.js';
import { orderPageSchema, orderSchema } from './order.response.dto.js';
import { placeOrderSchema } from './place-order.request.dto.js';

@ApiTags('Orders')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly unitOfWork: UnitOfWork,
    private readonly orders: OrderReader,
    private readonly address: ChangeShippingAddress,
  ) {}

  @Post()
  @HttpCode(202)
  @Roles('client')
  @Idempotent({ sharesCommits: true })
  @PreferWait()
  @ApiOperation({
    summary: 'Place an order',
    description:
      'The order is stored and its fulfillment started in one commit; the answer does not wait for the end ' +
      'unless `Prefer: wait=N` asks for it. Prices come from the catalogue and are captured.',
  })
  @ApiAcceptedResponse({
    standardSchema: orderSchema,
    description: 'Taken.',
    headers: { Location: { description: 'Path of the order.', schema: { type: 'string' } } },
  })
  @ApiProblems({ 422: ['ORDERS.UNKNOWN_SKU', 'ORDERS.TOTAL_TOO_LARGE', 'IDEMPOTENCY.MISMATCH'] })
  async place(
    @Body({ schema: placeOrderSchema }) order: z.infer<typeof placeOrderSchema>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderView> {
    const [placement] = await this.commands.execute(new PlaceOrders([order]));
    if (!placement) throw new Error('There is no placement for the order.');
    if ('refusal' in placement) throw refusalProblem(placement.refusal);
    response.setHeader('Location', `/v1/orders/${placement.order.id}`);
    return placement.order;
  }

  @Get()
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'List orders', description: 'Newest first. Filters are combined by "and".' })
  @ApiOkResponse({ standardSchema: orderPageSchema })
  async list(
    @Query({ schema: listOrdersSchema }) query: z.infer<typeof listOrdersSchema>,
  ): Promise<Page<OrderView>> {
    const { limit, cursor, ...filter } = query;
    const after = decodeCursor(orderCursorSchema, cursor);
    const rows = await this.orders.list(filter, after?.id ?? null, limit + 1);
    const found = page(
      rows,
      limit,
      (row) => row,
      ({ id }) => ({ id }),
    );
    return { ...found, items: await this.orders.views(found.items) };
  }

  @Get(':id')
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'Read an order' })
  @ApiOkResponse({ standardSchema: orderSchema })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'] })
  async read(@Param('id', { schema: orderIdSchema }) id: string): Promise<OrderView> {
    return this.orders.one(id);
  }

  @Patch(':id')
  @Roles('client')
  @ApiOperation({
    summary: 'Change where an order goes to',
    description: 'Possible until the carrier has been asked.',
  })
  @ApiOkResponse({ standardSchema: orderSchema })
  @ApiProblems({
    404: ['ORDERS.NOT_FOUND'],
    409: ['ORDERS.TOO_LATE'],
    412: ['HTTP.PRECONDITION_FAILED'],
  })
  async change(
    @Param('id', { schema: orderIdSchema }) id: string,
    @IfMatch() expected: ExpectedVersion,
    @Body({ schema: changeOrderSchema }) { shippingAddress }: z.infer<typeof changeOrderSchema>,
  ): Promise<OrderView> {
    return this.unitOfWork.run(async () => {
      await this.address.change(id, shippingAddress, expected);
      return this.orders.one(id);
    });
  }
}
