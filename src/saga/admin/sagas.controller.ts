import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { decodeCursor, page, type Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import {
  journalCursor,
  journalPage,
  readJournalQuery,
  toJournalEntry,
  type JournalEntry,
  type ReadJournalQuery,
} from './journal.dto.js';
import { listSagasQuery, sagaCursor, type ListSagasQuery } from './list-sagas.request.dto.js';
import { SagaReader } from './saga-reader.js';
import { sagaId } from './saga-status.dto.js';
import { sagaPage, toSagaSummary, type SagaSummary } from './saga-summary.response.dto.js';
import { sagaResponse, type SagaDetail } from './saga.response.dto.js';

/** How a described answer says which revision it shows. */
export const revisionHeader = {
  ETag: {
    description: 'The revision in double quotes, for `If-Match`.',
    schema: { type: 'string' as const },
  },
};

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/sagas')
export class SagasController {
  constructor(private readonly sagas: SagaReader) {}

  @Get()
  @ApiOperation({
    summary: 'Find sagas',
    description:
      'Newest first. Filters are combined by "and". With `stuckForSeconds` each one says why it stands still.',
  })
  @ApiOkResponse({ description: 'A page of sagas.', standardSchema: sagaPage })
  async list(@Query({ schema: listSagasQuery }) query: ListSagasQuery): Promise<Page<SagaSummary>> {
    const { limit, cursor, ...filter } = query;
    const after = decodeCursor(sagaCursor, cursor);
    const rows = await this.sagas.list(filter, after?.id ?? null, limit + 1);
    const standstills =
      filter.stuckForSeconds === undefined ? null : await this.sagas.standstills(rows.map(({ id }) => id));
    return page(
      rows,
      limit,
      (saga) => toSagaSummary(saga, standstills),
      ({ id }) => ({ id }),
    );
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Read a saga',
    description:
      'Which step failed, at which attempt, with what error, what was undone where, what happens next and when. ' +
      'Of a definition that this build does not know, the steps that were reached are shown.',
  })
  @ApiOkResponse({
    description: 'The saga at this instant.',
    standardSchema: sagaResponse,
    headers: revisionHeader,
  })
  @ApiProblems({ 404: ['SAGA.NOT_FOUND'] })
  async read(
    @Param('id', { schema: sagaId }) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SagaDetail> {
    const saga = await this.sagas.one(id);
    response.setHeader('ETag', `"${saga.revision}"`);
    return saga;
  }

  @Get(':id/journal')
  @ApiOperation({
    summary: 'Read the journal of a saga',
    description: 'Every entry, oldest first. The journal is append-only; the saga is its fold.',
  })
  @ApiOkResponse({ description: 'A page of entries.', standardSchema: journalPage })
  @ApiProblems({ 404: ['SAGA.NOT_FOUND'] })
  async journal(
    @Param('id', { schema: sagaId }) id: string,
    @Query({ schema: readJournalQuery }) { limit, cursor }: ReadJournalQuery,
  ): Promise<Page<JournalEntry>> {
    const after = decodeCursor(journalCursor, cursor);
    const rows = await this.sagas.journal(id, after?.number ?? 0, limit + 1);
    return page(rows, limit, toJournalEntry, ({ number }) => ({ number }));
  }
}
