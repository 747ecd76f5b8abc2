import { applyDecorators, Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentActor, type Actor } from '../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import type { Page } from '../../platform/http/page.js';
import { IfMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { defaultBreakerPolicy } from '../engine/outages/breaker-policy.js';
import {
  dependencyName,
  holdRequest,
  releaseRequest,
  type HoldRequest,
  type ReleaseRequest,
} from './dependency-action.request.dto.js';
import { DependencyAdmin } from './dependency-admin.js';
import { DependencyReader } from './dependency-reader.js';
import { dependencyPage, dependencyResponse, type DependencyReport } from './dependency.response.dto.js';
import { revisionHeader } from './sagas.controller.js';

/** What holding and releasing have in common: idempotent, answering the dependency as it is afterwards. */
const DependencyActionRoute = (
  path: string,
  about: { readonly summary: string; readonly description: string; readonly refusal: string },
): MethodDecorator =>
  applyDecorators(
    Post(`:name/${path}`),
    HttpCode(200),
    Idempotent(),
    ApiOperation({
      summary: about.summary,
      description: `${about.description} The action and its audit entry are one commit.`,
    }),
    ApiOkResponse({
      description: 'Done and audited; the dependency as it is now.',
      standardSchema: dependencyResponse,
      headers: revisionHeader,
    }),
    ApiProblems({ 404: ['SAGA.DEPENDENCY_NOT_FOUND'], 409: [about.refusal] }),
  );

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/dependencies')
export class DependenciesController {
  constructor(
    private readonly dependencies: DependencyReader,
    private readonly admin: DependencyAdmin,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List what sagas call outside',
    description: 'By name, with how each circuit breaker stands. All of them: there is one page.',
  })
  @ApiOkResponse({ description: 'The dependencies.', standardSchema: dependencyPage })
  async list(): Promise<Page<DependencyReport>> {
    return { items: await this.dependencies.all(), nextCursor: null };
  }

  @DependencyActionRoute('hold', {
    summary: 'Hold a dependency',
    description:
      'No call is made any more, and nobody probes, until it is released: its steps are held and use up no ' +
      'attempts. Calls under way are let end.',
    refusal: 'SAGA.DEPENDENCY_HELD',
  })
  hold(
    @Param('name', { schema: dependencyName }) name: string,
    @Body({ schema: holdRequest }) { reason }: HoldRequest,
    @IfMatch() expected: ExpectedVersion,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DependencyReport> {
    return tagged(response, this.admin.hold(name, { reason, actor, expected }));
  }

  @DependencyActionRoute('release', {
    summary: 'Release a dependency',
    description:
      'Closes the breaker, whether it was held by hand or is open. What it held is let go little by little. While ' +
      'some is still held, another release changes how fast.',
    refusal: 'SAGA.DEPENDENCY_NOT_HELD',
  })
  release(
    @Param('name', { schema: dependencyName }) name: string,
    @Body({ schema: releaseRequest }) { reason, ratePerSecond }: ReleaseRequest,
    @IfMatch() expected: ExpectedVersion,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DependencyReport> {
    const rate = ratePerSecond ?? defaultBreakerPolicy.releaseRate;
    return tagged(response, this.admin.release(name, rate, { reason, actor, expected }));
  }
}

async function tagged(response: Response, changed: Promise<DependencyReport>): Promise<DependencyReport> {
  const dependency = await changed;
  response.setHeader('ETag', `"${dependency.revision}"`);
  return dependency;
}
