import { Body, Controller, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentActor, type Actor } from '../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { decodeCursor } from '../../platform/http/page.js';
import { IfMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { definitionName, versionNumber } from '../admin/saga-definition.params.dto.js';
import { revisionHeader } from '../admin/sagas.controller.js';
import { BreachReader } from './breach-reader.js';
import {
  breachCursor,
  breachQuery,
  breachResponse,
  type BreachQuery,
  type BreachReport,
} from './breach.response.dto.js';
import { RolloutAdmin } from './rollout-admin.js';
import {
  putRolloutRequest,
  putStateRequest,
  type PutRolloutRequest,
  type PutStateRequest,
} from './rollout.request.dto.js';
import { rolloutResponse, type RolloutReport } from './rollout.response.dto.js';

/** Who gets which version of a definition. */
@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/saga-definitions/:name')
export class RolloutsController {
  constructor(
    private readonly admin: RolloutAdmin,
    private readonly breaches: BreachReader,
  ) {}

  @Get('rollout')
  @ApiOperation({
    summary: 'Read a rollout',
    description:
      'Who gets which version of a definition, who watches over it, and what is in flight of each.',
  })
  @ApiOkResponse({ description: 'The rollout.', standardSchema: rolloutResponse, headers: revisionHeader })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'] })
  read(
    @Param('name', { schema: definitionName }) name: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RolloutReport> {
    return tagged(response, this.admin.read(name));
  }

  @Get('rollout/breach')
  @ApiOperation({
    summary: 'Read what a guard has taken back',
    description:
      'Which limit was broken, by what, and the sagas that are in flight on the version that was taken back: newest ' +
      'first, each with what can be done with it now (leave, pause, move, compensate) and the request that does it. ' +
      'Nothing when no guard has found anything since the last change.',
  })
  @ApiOkResponse({ description: 'The breach.', standardSchema: breachResponse })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'] })
  async breach(
    @Param('name', { schema: definitionName }) name: string,
    @Query({ schema: breachQuery }) { limit, cursor }: BreachQuery,
  ): Promise<BreachReport> {
    return this.breaches.read(name, decodeCursor(breachCursor, cursor)?.id ?? null, limit);
  }

  @Put('rollout')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Change a rollout',
    description:
      'Says who gets which version from the next saga on, in every process: it is read in the transaction that begins a ' +
      'saga. What is in flight keeps its version. One call with 100 for a version makes it the default again. A guard ' +
      'that is left out ends; one that is given begins anew. The change and its audit entry are one commit.',
  })
  @ApiOkResponse({
    description: 'Done and audited; the rollout as it is now, and what it means.',
    standardSchema: rolloutResponse,
    headers: revisionHeader,
  })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'], 422: ['SAGA.ROLLOUT_UNFIT'] })
  put(
    @Param('name', { schema: definitionName }) name: string,
    @Body({ schema: putRolloutRequest }) wish: PutRolloutRequest,
    @IfMatch() expected: ExpectedVersion,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RolloutReport> {
    return tagged(response, this.admin.put(name, wish, { actor, expected }));
  }

  @Put('versions/:version/state')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Change the state of a version',
    description:
      '`active`, `deprecated` (still given to new sagas, with a warning) or `closed` (to none), in any order, back again ' +
      'too. Refused for `closed` while a share, a rule or a guard uses it. It is a change of the rollout: `If-Match` ' +
      "compares the rollout's revision.",
  })
  @ApiOkResponse({
    description: 'Done and audited; the rollout as it is now.',
    standardSchema: rolloutResponse,
    headers: revisionHeader,
  })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'], 409: ['SAGA.VERSION_IN_USE'] })
  putState(
    @Param('name', { schema: definitionName }) name: string,
    @Param('version', { schema: versionNumber }) version: number,
    @Body({ schema: putStateRequest }) wish: PutStateRequest,
    @IfMatch() expected: ExpectedVersion,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RolloutReport> {
    return tagged(response, this.admin.putState(name, version, wish, { actor, expected }));
  }
}

async function tagged(response: Response, read: Promise<RolloutReport>): Promise<RolloutReport> {
  const rollout = await read;
  response.setHeader('ETag', `"${rollout.revision}"`);
  return rollout;
}
