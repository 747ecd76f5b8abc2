import type { IncomingMessage } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { traceMiddleware } from '../observability/trace/trace.middleware.js';
import { requestLogMiddleware } from '../observability/logging/request-log.middleware.js';
import { currentRequestMiddleware } from './current-request.js';
import { isJson, jsonOnlyMiddleware } from './json-only.middleware.js';
import { LastAnswers } from './last-answers.js';
import { serveOpenApi } from './openapi/serve-openapi.js';

/** Options to create the application with: we parse bodies ourselves, webhooks need them raw, early logs wait for the logger. */
export const appOptions = {
  bodyParser: false,
  rawBody: true,
  bufferLogs: true,
  abortOnError: false,
} satisfies NestApplicationOptions;

const BATCH_PATH = '/v1/orders/batch';

/**
 * Sets up the HTTP server: for `main.ts` and for tests, so that both are the same. Call it before `init` or
 * `listen`; everything that is a guard, pipe, interceptor or filter comes with `HttpModule` instead.
 */
export function configureApp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  // An ETag made from the body would be taken for the version that If-Match wants, and is none.
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(
    app.get(LastAnswers).middleware,
    traceMiddleware,
    currentRequestMiddleware,
    requestLogMiddleware,
    helmet(helmetOptions),
    jsonOnlyMiddleware,
  );
  app.useBodyParser('json', { limit: '8mb', type: (request) => isJson(request.headers) && isBatch(request) });
  app.useBodyParser('json', {
    limit: '1mb',
    type: (request) => isJson(request.headers) && !isBatch(request),
  });
  serveOpenApi(app);
}

const helmetOptions = {
  contentSecurityPolicy: {
    directives: {
      // Swagger UI is served by ourselves and needs nothing else but its own inline styles and images.
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      // We serve plain HTTP; TLS, where there is any, ends before us. The default would send browsers to https.
      'upgrade-insecure-requests': null,
    },
  },
  strictTransportSecurity: false,
} satisfies Parameters<typeof helmet>[0];

function isBatch({ url }: IncomingMessage): boolean {
  return url?.split('?', 1)[0] === BATCH_PATH;
}
