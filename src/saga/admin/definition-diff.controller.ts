import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import type { DefinitionDiff } from '../definition/index.js';
import { definitionDiff, definitionDiffQuery, type DefinitionDiffQuery } from './definition-diff.dto.js';
import { DefinitionDiffs } from './definition-diffs.js';
import { definitionName } from './saga-definition.params.dto.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/saga-definitions')
export class DefinitionDiffController {
  constructor(private readonly diffs: DefinitionDiffs) {}

  @Get(':name/diff')
  @ApiOperation({
    summary: 'Compare two versions of a saga definition',
    description:
      'Steps added, removed, moved and changed, as data and in words. Also of released versions whose code is gone. ' +
      'What only shows inside a function, such as a comparison in a condition, is not compared.',
  })
  @ApiOkResponse({ description: 'What is different.', standardSchema: definitionDiff })
  @ApiProblems({ 404: ['SAGA.DEFINITION_NOT_FOUND'] })
  read(
    @Param('name', { schema: definitionName }) name: string,
    @Query({ schema: definitionDiffQuery }) { from, to }: DefinitionDiffQuery,
  ): DefinitionDiff {
    return this.diffs.between(name, from, to);
  }
}
