import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { RequestHandler } from 'express';

/**
 * Makes each answer the last one on its connection once the application is to end: the server waits for connections that
 * are in use, and a client that asks again and again on one of them would keep it waiting for ever.
 */
@Injectable()
export class LastAnswers implements BeforeApplicationShutdown {
  private ending = false;

  beforeApplicationShutdown(): void {
    this.ending = true;
  }

  readonly middleware: RequestHandler = (_request, response, next) => {
    if (this.ending) response.setHeader('connection', 'close');
    next();
  };
}
