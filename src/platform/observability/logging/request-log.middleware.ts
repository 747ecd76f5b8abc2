import { Logger } from '@nestjs/common';
import type { NextFunction, Response } from 'express';
import type { ApiRequest } from '../../http/actor.js';

const logger = new Logger('Http');

/** Longer paths are cut in the log. */
const LONGEST_PATH = 500;

/**
 * One line a request when its answer is out: method, path (no query: it may name a customer), status, duration in
 * milliseconds, and who asked. Probes and scrapes are logged at `debug`; they ask all day long.
 */
export function requestLogMiddleware(request: ApiRequest, response: Response, next: NextFunction): void {
  const start = performance.now();
  const path = request.originalUrl.split('?', 1)[0]?.slice(0, LONGEST_PATH);
  response.once('close', () => {
    const line = {
      msg: response.writableFinished ? 'Request answered' : 'Client hung up before the answer',
      method: request.method,
      path,
      status: response.statusCode,
      durationMs: Math.round(performance.now() - start),
      actor: request.actor?.name,
    };
    if (path?.startsWith('/health') || path === '/metrics') logger.debug(line);
    else logger.log(line);
  });
  next();
}
