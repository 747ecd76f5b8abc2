import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { buildOpenApiDocument } from './build-openapi-document.js';

/** Swagger UI at `/docs`, the document at `/docs-json`. Built at the first request: starting must not wait for it. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApiDocument(app), {
    customSiteTitle: 'Orders API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      // Shows who may call what (`x-roles`).
      showExtensions: true,
      // The default asks a server on the internet.
      validatorUrl: null,
    },
  });
}
