import { Controller, Get, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../http/roles.decorator.js';
import { Metrics } from './metrics.js';

const EXAMPLE = `# HELP saga_started_total Sagas that were started.
# TYPE saga_started_total counter
saga_started_total{definition="order-fulfillment",version="2"} 42
`;

/** For Prometheus. Where it is served is decided by `METRICS_PORT`: see `OperationsPort`. */
@ApiTags('operations')
@Controller('metrics')
@Public()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({
    summary: 'How this process and its sagas are doing, for Prometheus',
    description: 'Not here when `METRICS_PORT` is set: then on that port only.',
  })
  @ApiOkResponse({
    description: 'In the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @ApiDefaultResponse({ description: 'Anything else: it cannot be told.' })
  async page(@Res() response: Response): Promise<void> {
    const page = await this.metrics.page();
    response.set('Cache-Control', 'no-store').type(this.metrics.contentType).send(page);
  }
}
