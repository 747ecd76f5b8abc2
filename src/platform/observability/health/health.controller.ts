import { Controller, Get, Header, HttpCode, Logger, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  ApiDefaultResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { Response } from 'express';
import { Public } from '../../http/roles.decorator.js';
import { HealthRegistry, type HealthCheck } from './health-registry.js';
import { runCheck } from './run-check.js';

const EXAMPLE = {
  status: 'ok',
  info: { database: { status: 'up' }, migrations: { status: 'up', pending: 0 } },
  error: {},
  details: { database: { status: 'up' }, migrations: { status: 'up', pending: 0 } },
};

/** For probes: alive means that the process answers, ready that it can be given work. */
@ApiTags('operations')
@Controller('health')
@Public()
export class HealthController {
  private readonly logger = new Logger('Health');

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly registry: HealthRegistry,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ description: 'It does.', content: { 'application/json': { example: { status: 'ok' } } } })
  @ApiDefaultResponse({ description: 'Anything else, and no answer at all, means that it is not alive.' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the process can be given work' })
  @ApiOkResponse({ description: 'Everything is up.', content: { 'application/json': { example: EXAMPLE } } })
  @ApiServiceUnavailableResponse({
    description: 'Something is down, and `error` says what; or the process is about to end.',
    content: { 'application/json': { example: { ...EXAMPLE, status: 'error' } } },
  })
  async ready(@Res({ passthrough: true }) response: Response) {
    const checks = [...this.registry.all()].map(
      ([name, check]) =>
        () =>
          this.check(name, check),
    );
    try {
      return await this.health.check(checks);
    } catch (error) {
      // Terminus says "not ready" by an exception; probes want to read what is down, not a problem document.
      if (!(error instanceof ServiceUnavailableException)) throw error;
      response.status(503);
      return error.getResponse();
    }
  }

  private async check(name: string, check: HealthCheck) {
    const { health, error } = await runCheck(check);
    const { up, ...facts } = health;
    if (up) return this.indicators.check(name).up(facts);
    this.logger.warn({ msg: 'Not ready', check: name, ...facts, ...(error !== null && { err: error }) });
    return this.indicators.check(name).down(facts);
  }
}
