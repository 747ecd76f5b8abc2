import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentActor, type Actor } from '../../../platform/http/actor.decorator.js';
import { ApiProblems } from '../../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../../platform/http/idempotent.decorator.js';
import { decodeCursor, page, type Page } from '../../../platform/http/page.js';
import { Roles } from '../../../platform/http/roles.decorator.js';
import {
  bulkRequest,
  cancelJobRequest,
  jobCursor,
  jobItemCursor,
  listJobsQuery,
  readJobQuery,
  type BulkRequest,
  type CancelJobRequest,
  type ListJobsQuery,
  type ReadJobQuery,
} from './bulk.request.dto.js';
import { JobStore, type JobRow } from './job-store.js';
import {
  jobId,
  jobPage,
  jobResponse,
  jobWithItems,
  orderedJob,
  toJob,
  toJobWithItems,
  type JobResponse,
  type JobWithItems,
  type OrderedJob,
} from './job.response.dto.js';
import { Jobs } from './jobs.js';

/** What is done to many sagas at once, and how far it is. */
@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly store: JobStore,
  ) {}

  @Post('sagas/bulk')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({
    summary: 'Act on many sagas',
    description:
      'Notes a job with all sagas that fit now, and acts on them in the background: one as a probe, the others at ' +
      'the set rate, the oldest first, each as its own action with its own audit entry. Another worker goes on ' +
      'where one was killed. To terminate needs the role supervisor, and a second one where the orders' +
      ' concerned have more than `SECOND_PERSON_ABOVE` at risk in all.',
  })
  @ApiAcceptedResponse({
    description: 'Noted; the job says how far it is.',
    standardSchema: orderedJob,
    headers: { Location: { description: 'The job.', schema: { type: 'string' } } },
  })
  @ApiProblems({ 422: ['SAGA.TOO_MANY'] })
  async bulk(
    @Body({ schema: bulkRequest }) order: BulkRequest,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderedJob> {
    const { approvalId, ...job } = await this.jobs.order(order, actor);
    response.setHeader('Location', `/v1/admin/jobs/${job.id}`);
    return { ...(await this.shown(job)), approvalId };
  }

  @Get('jobs')
  @ApiOperation({
    summary: 'List jobs',
    description:
      'How far each of them is, without the results of single sagas. Newest first. Kept for 30 days after their ends.',
  })
  @ApiOkResponse({ description: 'A page of jobs.', standardSchema: jobPage })
  async list(
    @Query({ schema: listJobsQuery }) { limit, cursor, status }: ListJobsQuery,
  ): Promise<Page<JobResponse>> {
    const after = decodeCursor(jobCursor, cursor);
    const rows = await this.store.list(status ?? null, after?.id ?? null, limit + 1);
    const counts = await this.store.counts(rows.slice(0, limit).map(({ id }) => id));
    return page(
      rows,
      limit,
      (job) => toJob(job, counts.get(job.id)),
      ({ id }) => ({ id }),
    );
  }

  @Get('jobs/:id')
  @ApiOperation({
    summary: 'Read a job',
    description:
      'How far it is, with a page of results in the order of their turns. Kept for 30 days after its end.',
  })
  @ApiOkResponse({ description: 'The job at this instant.', standardSchema: jobWithItems })
  @ApiProblems({ 404: ['SAGA.JOB_NOT_FOUND'] })
  async read(
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: readJobQuery }) { limit, cursor }: ReadJobQuery,
  ): Promise<JobWithItems> {
    const after = decodeCursor(jobItemCursor, cursor);
    const job = await this.jobs.one(id);
    const items = await this.store.items(id, after?.number ?? 0, limit + 1);
    return toJobWithItems(job, (await this.store.counts([id])).get(id), items, limit);
  }

  @Post('jobs/:id/cancel')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Cancel a job',
    description:
      'Nothing further is done; what was done stays. The cancellation and its audit entry are one commit.',
  })
  @ApiOkResponse({ description: 'Cancelled; the job as it is now.', standardSchema: jobResponse })
  @ApiProblems({ 404: ['SAGA.JOB_NOT_FOUND'], 409: ['SAGA.JOB_ENDED'] })
  async cancel(
    @Param('id', { schema: jobId }) id: string,
    @Body({ schema: cancelJobRequest }) { reason }: CancelJobRequest,
    @CurrentActor() actor: Actor,
  ): Promise<JobResponse> {
    return this.shown(await this.jobs.cancel(id, reason, actor));
  }

  private async shown(job: JobRow): Promise<JobResponse> {
    return toJob(job, (await this.store.counts([job.id])).get(job.id));
  }
}
