import type { IncomingHttpHeaders } from 'node:http';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/**
 * Refuses a body that is no JSON with 415; unread, it would look like a missing one. An empty body needs no type.
 */
export function jsonOnlyMiddleware(request: Request, _response: Response, next: NextFunction): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && length !== '0');
  next(hasBody && !isJson(request.headers) ? new UnsupportedMediaTypeException() : undefined);
}

export function isJson({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return /^application\/json\s*(;|$)/i.test(type ?? '');
}
