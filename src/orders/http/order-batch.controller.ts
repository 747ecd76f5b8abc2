import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, type ApiBodyOptions, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { problemDocument } from '../../platform/http/errors/problem-of.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import type { Problem, ProblemDocument } from '../../platform/http/problem.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import type { OrderView } from '../application/order-view.js';
import { PlaceOrders } from '../application/place-orders.js';
import { parseBatch, placeOrdersSchema } from './order-batch.request.dto.js';
import { batchAnswerSchema } from './order-batch.response.dto.js';
import { refusalProblem } from './order-problems.js';
import { UncheckedBody } from './unchecked-body.decorator.js';

interface BatchAnswer {
  items: { index: number; status: number; order?: OrderView; problem?: ProblemDocument }[];
}

@ApiTags('Orders')
@Controller('v1/orders/batch')
export class OrderBatchController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(207)
  @Roles('client')
  @Idempotent()
  @ApiOperation({
    summary: 'Place up to 1,000 orders',
    description:
      'One bad order does not stop the others: each has its own status, and those that are good are taken in ' +
      'one commit.',
  })
  @ApiBody({ standardSchema: placeOrdersSchema } as ApiBodyOptions)
  @ApiResponse({
    status: 207,
    description: 'One item an order, in their order.',
    standardSchema: batchAnswerSchema,
  })
  @ApiProblems({ 422: ['IDEMPOTENCY.MISMATCH'] })
  async placeAll(@UncheckedBody() body: unknown, @Req() request: Request): Promise<BatchAnswer> {
    const items = parseBatch(body);
    const good = items.flatMap((item, index) => ('order' in item ? [{ index, order: item.order }] : []));
    const placements = await this.commands.execute(new PlaceOrders(good.map(({ order }) => order)));
    const outcomes = new Map<number, OrderView | Problem>();
    placements.forEach((placement, position) => {
      const { index } = good[position]!;
      outcomes.set(
        index,
        'order' in placement ? placement.order : refusalProblem(placement.refusal, `/orders/${index}`),
      );
    });
    return {
      items: items.map((item, index) => {
        const outcome = 'problem' in item ? item.problem : outcomes.get(index)!;
        return outcome instanceof Error
          ? { index, status: outcome.status, problem: problemDocument(outcome, request) }
          : { index, status: 202, order: outcome };
      }),
    };
  }
}
