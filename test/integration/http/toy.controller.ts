import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { statement } from '../../../src/platform/database/statement.js';
import { type Actor, CurrentActor } from '../../../src/platform/http/actor.decorator.js';
import { ApiProblems } from '../../../src/platform/http/api-problems.decorator.js';
import { Idempotent } from '../../../src/platform/http/idempotent.decorator.js';
import { decodeCursor, pageQuery } from '../../../src/platform/http/page.js';
import { IfMatch, requireMatch, type ExpectedVersion } from '../../../src/platform/http/preconditions.js';
import { PreferWait } from '../../../src/platform/http/prefer-wait.decorator.js';
import { declareRejectionStatus, Problem } from '../../../src/platform/http/problem.js';
import { Public, Roles } from '../../../src/platform/http/roles.decorator.js';
import { SignedWebhook } from '../../../src/platform/http/signed-webhook.decorator.js';
import { RetryableError } from '../../../src/platform/messaging/external-errors.js';
import { Rejection } from '../../../src/platform/messaging/rejection.js';
import { WebhookInbox } from '../../../src/platform/messaging/webhooks/webhook-inbox.js';
import {
  webhookEventSchema,
  type WebhookEvent,
} from '../../../src/platform/messaging/webhooks/webhook-event.schema.js';
import { Gate } from './gate.js';

declareRejectionStatus({ 'TOYS.UNKNOWN_COLOUR': 422 });

const toySchema = z
  .strictObject({
    name: z.string().min(1).max(20),
    colour: z.string().default('red'),
    parts: z.array(z.strictObject({ quantity: z.int().min(1).max(10) })).default([]),
  })
  .meta({ example: { name: 'bear', colour: 'red', parts: [{ quantity: 1 }] } });
type Toy = z.infer<typeof toySchema>;

const insertToy = statement('toy.insert', `INSERT INTO toy (name, maker) VALUES ($1, $2) RETURNING id, name`);
const crash = statement('toy.crash', `SELECT 1 / 0, 'the secret of the statement'`);
const castToUuid = statement('toy.cast-to-uuid', `SELECT $1::text::uuid`);

/** One route for each thing the HTTP layer promises. */
@Controller('v1')
@Roles('client')
export class ToyController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly inbox: WebhookInbox,
    private readonly gate: Gate,
  ) {}

  @Post('toys')
  @HttpCode(202)
  @Idempotent()
  @PreferWait()
  @ApiOperation({ summary: 'Makes a toy' })
  @ApiAcceptedResponse({ description: 'It is being made.' })
  @ApiProblems({ 422: ['TOYS.UNKNOWN_COLOUR'] })
  async make(
    @Body({ schema: toySchema }) toy: Toy,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const [row] = await this.unitOfWork.query<{ id: string; name: string }>(insertToy, [
      toy.name,
      actor.name,
    ]);
    await this.gate.pass(toy.name);
    refuse(toy);
    if (toy.name === 'broken') throw new Error('the secret of the handler');
    response.setHeader('Location', `/v1/toys/${row?.id}`);
    return { id: String(row?.id), name: row?.name, status: 'pending' };
  }

  /** As `make`, and says no before it writes. */
  @Post('toys/shared')
  @HttpCode(202)
  @Idempotent({ sharesCommits: true })
  async makeAmongOthers(
    @Body({ schema: toySchema }) toy: Toy,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    refuse(toy);
    return this.make(toy, actor, response);
  }

  @Post('orders/batch')
  @HttpCode(200)
  batch(@Body({ schema: z.strictObject({ orders: z.array(z.string()) }) }) { orders }: { orders: string[] }) {
    return { count: orders.length };
  }

  @Get('toys')
  list(
    @Query({ schema: z.strictObject({ ...pageQuery, name: z.string().optional() }) })
    query: {
      limit: number;
      cursor?: string;
    },
  ) {
    return { limit: query.limit, after: decodeCursor(z.strictObject({ id: z.string() }), query.cursor) };
  }

  @Get('toys/:id')
  find(@Param('id', { schema: z.uuid() }) id: string) {
    return { id };
  }

  @Post('toys/:id/rename')
  rename(@Param('id', { schema: z.string() }) _id: string, @IfMatch() expected: ExpectedVersion) {
    requireMatch(expected, 3);
    return { expected };
  }

  @Get('failures/internal')
  internal() {
    return this.unitOfWork.query(crash);
  }

  @Get('failures/not-found')
  notFound() {
    throw new Rejection('TOYS.NOT_FOUND', 'No such toy.');
  }

  @Get('failures/outage')
  outage() {
    throw new RetryableError('BILLING.GATEWAY_DOWN', 'connect ECONNREFUSED 10.0.0.7', 5000);
  }

  @Get('failures/headers')
  problem() {
    throw new Problem({ status: 409, code: 'TOYS.LATER', detail: 'Later.', headers: { 'Retry-After': '7' } });
  }

  @Get('failures/cast/:text')
  cast(@Param('text', { schema: z.string() }) text: string) {
    return this.unitOfWork.query(castToUuid, [text]);
  }

  @Get('workshop')
  @Roles('operator')
  workshop(@CurrentActor() actor: Actor) {
    return actor;
  }

  @Get('safe')
  @Roles('supervisor')
  safe(@CurrentActor() actor: Actor) {
    return actor;
  }

  @Get('window')
  @Public()
  window() {
    return { open: true };
  }

  @Post('webhooks/toys')
  @HttpCode(200)
  @SignedWebhook()
  async webhook(@Body({ schema: webhookEventSchema }) event: WebhookEvent) {
    await this.inbox.accept('toys', event, async () => {
      if (event.type === 'toy.unknown') return false;
      await this.unitOfWork.query(insertToy, [event.id, 'webhook']);
      if (event.type === 'toy.failing') throw new Error('cannot apply');
      return true;
    });
    return {};
  }
}

function refuse({ colour }: Toy): void {
  if (colour === 'mauve') throw new Rejection('TOYS.UNKNOWN_COLOUR', 'There is no mauve.', { colour });
  if (colour === 'black') throw new Rejection('TOYS.SOLD_OUT', 'No black left.');
}
