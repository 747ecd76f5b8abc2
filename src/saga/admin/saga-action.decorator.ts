import { applyDecorators, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { sagaResponse } from './saga.response.dto.js';
import { revisionHeader } from './sagas.controller.js';

/** What all actions on a saga have in common: idempotent, answering the saga as it is afterwards. */
export const SagaActionRoute = (
  path: string,
  about: { readonly summary: string; readonly description: string; readonly refusals: readonly string[] },
): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    Idempotent(),
    ApiOperation({
      summary: about.summary,
      description:
        `${about.description} The action and its audit entry are one commit; a 409 tells in \`details\` how the ` +
        'saga stands.',
    }),
    ApiOkResponse({
      description: 'Done and audited; the saga as it is now.',
      standardSchema: sagaResponse,
      headers: revisionHeader,
    }),
    ApiProblems({ 404: ['SAGA.NOT_FOUND'], 409: [...about.refusals, 'SAGA.DEFINITION_UNKNOWN'] }),
  );
