import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { validationProblem } from '../../platform/http/problem.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { FollowOrder, type StatusChapter } from '../application/follow-order.js';
import { OrderTimeline } from '../application/order-timeline.js';
import { EventStream } from './event-stream.js';
import { orderIdSchema } from './order-id.dto.js';
import { eventStreamExample, timelineSchema } from './order-history.response.dto.js';

const HEARTBEAT_MS = 15_000;

@ApiTags('Orders')
@Controller('v1/orders/:id')
export class OrderHistoryController {
  constructor(
    private readonly history: OrderTimeline,
    private readonly follow: FollowOrder,
  ) {}

  @Get('timeline')
  @Roles('client', 'operator')
  @ApiOperation({
    summary: 'Tell the story of an order',
    description: 'Oldest first, in words for a customer.',
  })
  @ApiOkResponse({ standardSchema: timelineSchema })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'] })
  async timeline(
    @Param('id', { schema: orderIdSchema }) id: string,
  ): Promise<z.input<typeof timelineSchema>> {
    const items = await this.history.of(id);
    return {
      items: items.map(({ at, kind, step, text, code }) => ({
        at: at.toISOString(),
        kind,
        ...(step === undefined ? {} : { step }),
        text,
        ...(code === undefined ? {} : { code }),
      })),
    };
  }

  @Get('events')
  @Roles('client', 'operator')
  @ApiOperation({
    summary: 'Follow the status of an order',
    description:
      'Server-sent events named `status`, those of the past first. The stream ends when no change can follow ' +
      '(`rejected`, `cancelled`, `delivered`). A comment line every 15 s is the sign of life.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The `id` of the last event seen; the stream goes on after it.',
    schema: { type: 'string', pattern: '^\\d{1,9}$' },
  })
  @ApiOkResponse({
    description: 'The stream.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: eventStreamExample } },
  })
  @ApiNoContentResponse({ description: 'All has been seen and nothing can follow: do not connect again.' })
  @ApiProblems({ 404: ['ORDERS.NOT_FOUND'] })
  async events(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const first = await this.follow.since(id, parseLastEventId(lastEventId));
    if (first.final && first.entries.length === 0) {
      response.status(204).end();
      return;
    }
    const stream = new EventStream(response);
    stream.open();
    await this.tell(id, first, stream);
    stream.end();
  }

  private async tell(id: string, first: StatusChapter, stream: EventStream): Promise<void> {
    let chapter = first;
    for (;;) {
      for (const { version, status, at, code } of chapter.entries) {
        const data = { status, at: new Date(at).toISOString(), code, version };
        await stream.send({ id: String(version), event: 'status', data });
      }
      if (chapter.final) return;
      if (chapter.entries.length === 0) await stream.beat();
      await this.follow.change(id, chapter.version, HEARTBEAT_MS, stream.closed);
      if (stream.closed.aborted || this.follow.closing) return;
      chapter = await this.follow.since(id, chapter.version);
    }
  }
}

/** 0 when there is none: every entry comes after it. */
function parseLastEventId(header: string | undefined): number {
  if (header === undefined || header === '') return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  throw validationProblem([
    { pointer: '/Last-Event-ID', code: 'BAD_FORMAT', detail: 'This is no id of an event of this stream.' },
  ]);
}
