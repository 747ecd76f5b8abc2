import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../../src/app.module.js';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { buildOpenApiDocument } from '../../src/platform/http/openapi/build-openapi-document.js';

/**
 * The OpenAPI document of the whole application, the sandbox included, in an order that does not depend on the
 * order of modules. The application is only previewed: nothing is constructed, so nothing connects anywhere.
 */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const module = AppModule.forRoot({
    settings: readSettings({}),
    databaseUrl: 'postgres://nobody@localhost/none',
  });
  const app = await NestFactory.create(module, { preview: true, logger: false, abortOnError: false });
  const document = buildOpenApiDocument(app);
  return {
    ...document,
    paths: sorted(document.paths),
    components: { ...document.components, schemas: sorted(document.components?.schemas ?? {}) },
  };
}

/** The document as it is checked in. */
export function openApiText(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
