import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  Post,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';
import { ApiProblems } from '../../platform/http/api-problems.decorator.js';
import type { Actor, ApiRequest } from '../../platform/http/actor.js';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { ApiIfMatch, parseIfMatch, type ExpectedVersion } from '../../platform/http/preconditions.js';
import { awaitingApproval } from './approvals/approval.dto.js';
import type { AwaitingApproval } from './approvals/approval.js';
import { sagaActionResponse, type SagaActionResponse } from './saga-action.response.dto.js';
import { revisionHeader } from './sagas.controller.js';

/** Who asks for an action, and which revision he has seen; null: any. */
export interface Asking {
  readonly actor: Actor;
  readonly expected: ExpectedVersion;
}

/** Reads it from a request to a `SagaActionRoute`, which has `@Roles`. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asking => {
  const request = context.switchToHttp().getRequest<ApiRequest>();
  if (!request.actor) throw new Error('An action on a saga needs @Roles: the audit names who asked for it.');
  return { actor: request.actor, expected: parseIfMatch(request.get('if-match')) };
});

/** The revision of the saga that is answered; an answer without one says that it is waited for a second person. */
class RevisionInterceptor implements NestInterceptor<SagaActionResponse | AwaitingApproval> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<SagaActionResponse | AwaitingApproval>,
  ): Observable<SagaActionResponse | AwaitingApproval> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap((answer) => {
        if ('approvalId' in answer) response.status(202);
        else response.setHeader('ETag', `"${answer.revision}"`);
      }),
    );
  }
}

/** What all actions on a saga have in common: idempotent, answering the saga as it is afterwards. */
export const SagaActionRoute = (
  path: string,
  about: {
    readonly summary: string;
    readonly description: string;
    /** Codes of 409. */
    readonly refusals: readonly string[];
    /** Codes of 422. */
    readonly mistakes?: readonly string[];
    /** True: it may have to wait for a second person. Default false. */
    readonly isOverride?: boolean;
  },
): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    Idempotent(),
    ApiIfMatch(),
    UseInterceptors(RevisionInterceptor),
    ApiOperation({
      summary: about.summary,
      description:
        `${about.description} The action and its audit entry are one commit; a 409 tells in \`details\` how the ` +
        'saga stands. `dryRun: true` does nothing and tells what would follow.',
    }),
    ApiOkResponse({
      description: 'Done and audited; the saga as it is now, and what follows.',
      standardSchema: sagaActionResponse,
      headers: revisionHeader,
    }),
    ApiProblems({
      404: ['SAGA.NOT_FOUND'],
      409: [...about.refusals, 'SAGA.DEFINITION_UNKNOWN'],
    }),
    ...(about.isOverride
      ? [
          ApiAcceptedResponse({
            description:
              'It moves more than `SECOND_PERSON_ABOVE`: nothing is done before another supervisor approves.',
            standardSchema: awaitingApproval,
          }),
        ]
      : []),
    ...(about.mistakes ? [ApiProblems({ 422: about.mistakes })] : []),
  );
