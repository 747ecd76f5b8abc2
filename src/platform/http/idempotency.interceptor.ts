import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { GroupCommit } from '../database/group-commit.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import {
  IdempotencyRecords,
  KeyInUseError,
  KeyMismatchError,
  type IdempotencyKey,
  type StoredAnswer,
} from '../messaging/idempotency/idempotency-records.js';
import { bearerToken, type ApiRequest } from './actor.js';
import { problemDocument, problemOf } from './errors/problem-of.js';
import { IDEMPOTENT, type IdempotentOptions } from './idempotent.decorator.js';
import { Problem, validationProblem } from './problem.js';
import { AnswerSeal } from './answer-seal.js';
import { requestText } from './request-text.js';

/** What of a refusal is the business's answer, and so worth keeping. */
const ANSWERS_OF_THE_BUSINESS = new Set([404, 409, 422]);

/** What a method came to: its answer, or a refusal that changed nothing. */
type Outcome = { readonly body: unknown } | { readonly refusal: unknown };

/**
 * Runs a method marked `@Idempotent` in one unit of work, together with the record of its answer.
 *
 * - A success commits with its record: after a crash there are both or neither.
 * - A refusal of the business (404, 409, 422) rolls the work back, and is then recorded in a commit of its own.
 *   Nothing else was changed, so a crash in between costs nothing: the next try is the first again. Should
 *   another request with the key get in between, its answer is the one that stands, and both give it. A method that
 *   shares commits has written nothing when it refuses: nothing is rolled back, and the record commits with the others.
 * - What failed validation, lacked a right, met a stale version, or broke (≥ 500) is not recorded.
 * - While a request with the key is running, another one gets 409 within milliseconds.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly unitOfWork: UnitOfWork,
    private readonly groupCommit: GroupCommit,
    private readonly records: IdempotencyRecords,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const options = this.reflector.get<IdempotentOptions | undefined>(IDEMPOTENT, context.getHandler());
    if (!options) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<ApiRequest>();
    const response = http.getResponse<Response>();
    const claim = claimOf(request);
    // The method is run inside the unit of work, not merely described there: hence the promise.
    const method = () => lastValueFrom<unknown, undefined>(next.handle(), { defaultValue: undefined });
    if (options.sharesCommits) return of(await this.amongOthers(claim, request, response, method));
    if (!claim) return of(await this.unitOfWork.run(method));
    return of(await this.once(claim, request, response, method));
  }

  /** In a transaction that others may share: a client's mistake is not to take theirs down. */
  private async amongOthers(
    claim: Claim | null,
    request: ApiRequest,
    response: Response,
    method: () => Promise<unknown>,
  ): Promise<unknown> {
    try {
      const outcome = await this.groupCommit.run(async (): Promise<Outcome> => {
        forget(response);
        try {
          const earlier = claim && (await this.records.claim(claim.key));
          if (earlier) return { body: replay(earlier, claim.seal, response) };
        } catch (error) {
          if (leavesTransactionIntact(error)) return { refusal: error };
          throw error;
        }
        return this.judged(claim, request, response, method);
      });
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.body;
    } catch (error) {
      forget(response);
      throw keyProblem(error);
    }
  }

  /** Runs the method under a key that is ours, if there is one. A no that was said before anything was written commits. */
  private async judged(
    claim: Claim | null,
    request: ApiRequest,
    response: Response,
    method: () => Promise<unknown>,
  ): Promise<Outcome> {
    try {
      const body = await method();
      if (claim) await this.records.complete(claim.key, answerOf(body, claim.seal, response));
      return { body };
    } catch (error) {
      const problem = problemOf(error);
      const isOfBusiness = ANSWERS_OF_THE_BUSINESS.has(problem.status);
      if (!isOfBusiness && !(error instanceof Problem && problem.status < 500)) throw error;
      if (claim && isOfBusiness)
        await this.records.complete(claim.key, refusalOf(problem, request, claim.seal));
      else if (claim) this.records.release(claim.key);
      return { refusal: error };
    }
  }

  private async once(
    { key, seal }: Claim,
    request: ApiRequest,
    response: Response,
    method: () => Promise<unknown>,
  ): Promise<unknown> {
    let begun = false;
    try {
      return await this.unitOfWork.run(async () => {
        const earlier = await this.records.claim(key);
        if (earlier) return replay(earlier, seal, response);
        begun = true;
        const body = await method();
        await this.records.complete(key, answerOf(body, seal, response));
        return body;
      });
    } catch (error) {
      forget(response);
      if (!begun) throw keyProblem(error);
      const problem = problemOf(error);
      if (!ANSWERS_OF_THE_BUSINESS.has(problem.status)) throw error;
      const winner = await this.keep(key, refusalOf(problem, request, seal));
      if (winner) return replay(winner, seal, response);
      throw error;
    }
  }

  /** Records a refusal. @returns the answer of another request with the key, when that one came first */
  private async keep(key: IdempotencyKey, refusal: StoredAnswer): Promise<StoredAnswer | null> {
    try {
      return await this.unitOfWork.run(async () => {
        const earlier = await this.records.claim(key);
        if (!earlier) await this.records.complete(key, refusal);
        return earlier;
      });
    } catch (error) {
      // The refusal is true all the same, and the client shall have it; only its repetition is decided anew.
      this.logger.warn({ msg: 'A refusal could not be recorded under its idempotency key', err: error });
      return null;
    }
  }
}

/** A key of the client's, and what keeps its record unreadable. */
interface Claim {
  readonly key: IdempotencyKey;
  readonly seal: AnswerSeal;
}

/** Null when the client sent no key. */
function claimOf(request: ApiRequest): Claim | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (key.length === 0 || key.length > 255) {
    throw validationProblem([
      {
        pointer: '/Idempotency-Key',
        code: key.length === 0 ? 'TOO_SMALL' : 'TOO_LARGE',
        detail: 'An idempotency key has 1 to 255 characters.',
      },
    ]);
  }
  if (!request.actor) throw new Error('An idempotent route needs @Roles: its keys belong to an API key.');
  const scope = request.actor.name;
  const seal = new AnswerSeal(bearerToken(request), `${scope} ${key}`);
  return { key: { scope, key, requestHash: seal.digest(requestText(request)) }, seal };
}

function answerOf(body: unknown, seal: AnswerSeal, response: Response): StoredAnswer {
  const location = response.getHeader('location');
  return {
    status: response.statusCode,
    location: typeof location === 'string' ? location : null,
    body: body === undefined ? null : seal.seal(JSON.stringify(body)),
  };
}

function refusalOf(problem: Problem, request: ApiRequest, seal: AnswerSeal): StoredAnswer {
  const body = seal.seal(JSON.stringify(problemDocument(problem, request)));
  return { status: problem.status, location: null, body };
}

function replay({ status, location, body }: StoredAnswer, seal: AnswerSeal, response: Response): unknown {
  response.status(status).setHeader('Idempotency-Replayed', 'true');
  if (location !== null) response.setHeader('Location', location);
  if (status >= 400) response.type('application/problem+json');
  return body === null ? undefined : (JSON.parse(seal.open(body)) as unknown);
}

/** What a run has said of an answer that is not given now. */
function forget(response: Response): void {
  response.removeHeader('location');
  response.removeHeader('idempotency-replayed');
}

function leavesTransactionIntact(error: unknown): boolean {
  return error instanceof KeyMismatchError || (error instanceof KeyInUseError && error.cause === undefined);
}

function keyProblem(error: unknown): unknown {
  if (error instanceof KeyInUseError) {
    return new Problem({
      status: 409,
      code: 'IDEMPOTENCY.IN_PROGRESS',
      detail: 'The first request with this Idempotency-Key is still running. Ask again in a moment.',
      headers: { 'Retry-After': '1' },
    });
  }
  if (error instanceof KeyMismatchError) {
    return new Problem({
      status: 422,
      code: 'IDEMPOTENCY.MISMATCH',
      detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
    });
  }
  return error;
}
