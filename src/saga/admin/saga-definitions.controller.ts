import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import type { Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { DefinitionCatalogue } from './definition-catalogue.js';
import { definitionName, versionNumber } from './saga-definition.params.dto.js';
import {
  definitionPage,
  versionReport,
  type SagaDefinitionReport,
  type VersionReport,
} from './saga-definition.response.dto.js';
import { revisionHeader } from './sagas.controller.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/saga-definitions')
export class SagaDefinitionsController {
  constructor(private readonly catalogue: DefinitionCatalogue) {}

  @Get()
  @ApiOperation({
    summary: 'List the saga definitions',
    description:
      'By name, with their versions and what is in flight of each. All of them: there is one page.',
  })
  @ApiOkResponse({ description: 'The definitions.', standardSchema: definitionPage })
  async list(): Promise<Page<SagaDefinitionReport>> {
    return { items: await this.catalogue.all(), nextCursor: null };
  }

  @Get(':name/versions/:version')
  @ApiOperation({
    summary: 'Read a version of a saga definition',
    description:
      'Its steps with their compensations, policies and where their inputs come from, and a diagram.',
  })
  @ApiOkResponse({
    description: 'The version.',
    standardSchema: versionReport,
    headers: revisionHeader,
  })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'] })
  async read(
    @Param('name', { schema: definitionName }) name: string,
    @Param('version', { schema: versionNumber }) version: number,
    @Res({ passthrough: true }) response: Response,
  ): Promise<VersionReport> {
    const report = await this.catalogue.one(name, version);
    response.setHeader('ETag', `"${report.revision}"`);
    return report;
  }
}
