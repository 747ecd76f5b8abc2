import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { type Actor, CurrentActor } from '../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { DecideOrder } from '../application/decide-order.js';
import { OrderReader } from '../application/order-reader.js';
import type { OrderView } from '../application/order-view.js';
import { cancelOrderSchema, reviewOrderSchema } from './order-actions.request.dto.js';
import { orderIdSchema } from './order-id.dto.js';
import { orderSchema } from './order.response.dto.js';

type Review = z.infer<typeof reviewOrderSchema>;

/** What people decide about a running order. 202: recorded; the order follows. */
@ApiTags('Orders')
@Controller('v1/orders/:id')
export class OrderDecisionsController {
  constructor(
    private readonly decide: DecideOrder,
    private readonly orders: OrderReader,
  ) {}

  @Post('cancel')
  @HttpCode(202)
  @Roles('client')
  @Idempotent()
  @ApiOperation({
    summary: 'Cancel an order',
    description:
      'Recorded, and what was done is undone. If the carrier turns out to have taken the parcel already, the ' +
      'cancellation lapses and the timeline says so. Cancelling twice is cancelling once.',
  })
  @ApiAcceptedResponse({ standardSchema: orderSchema })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'], 409: ['ORDERS.TOO_LATE'] })
  async cancel(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Body({ schema: cancelOrderSchema }) { reason }: z.infer<typeof cancelOrderSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<OrderView> {
    await this.decide.cancel(id, reason, actor.name);
    return this.orders.one(id);
  }

  @Post('approve')
  @HttpCode(202)
  @Roles('operator')
  @Idempotent()
  @ApiOperation({
    summary: 'Approve an order that waits for review',
    description: 'Orders whose total is above `REVIEW_ABOVE` wait for a person.',
  })
  @ApiAcceptedResponse({ standardSchema: orderSchema })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'], 409: ['ORDERS.NOT_WAITING_FOR_REVIEW'] })
  async approve(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Body({ schema: reviewOrderSchema }) { reason }: Review,
    @CurrentActor() actor: Actor,
  ): Promise<OrderView> {
    await this.decide.review(id, { approve: true, reason, actor: actor.name });
    return this.orders.one(id);
  }

  @Post('decline')
  @HttpCode(202)
  @Roles('operator')
  @Idempotent()
  @ApiOperation({
    summary: 'Decline an order that waits for review',
    description: 'The order is then cancelled.',
  })
  @ApiAcceptedResponse({ standardSchema: orderSchema })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'], 409: ['ORDERS.NOT_WAITING_FOR_REVIEW'] })
  async decline(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Body({ schema: reviewOrderSchema }) { reason }: Review,
    @CurrentActor() actor: Actor,
  ): Promise<OrderView> {
    await this.decide.review(id, { approve: false, reason, actor: actor.name });
    return this.orders.one(id);
  }
}
