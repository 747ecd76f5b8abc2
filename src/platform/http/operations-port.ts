import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { notFound, operationsOnlyMiddleware } from './operations-only.middleware.js';

/**
 * A port of its own for `/metrics` and `/health`, so that the one of the API can be open to the world and this one not.
 * While there is one, `/metrics` is not to be had elsewhere.
 */
@Injectable()
export class OperationsPort implements OnApplicationShutdown {
  private readonly requests = new WeakSet<IncomingMessage>();
  private server: Server | null = null;

  /** Must come before whatever answers. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    if (this.requests.has(request)) return operationsOnlyMiddleware(request, response, next);
    if (!/^\/metrics(\/|\?|$)/.test(request.originalUrl)) return next();
    notFound(request, response, 'Metrics are served on a port of their own.');
  };

  /** @returns the bound port @throws the error of `listen` */
  async open(app: RequestListener, port: number, host: string): Promise<number> {
    const server = createServer((request, response) => {
      this.requests.add(request);
      app(request, response);
    });
    this.server = server;
    server.listen(port, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Last of all: how a process drains is worth being seen. */
  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}
