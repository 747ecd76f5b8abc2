import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_SCHEMA } from '../api-problems.decorator.js';
import { API_KEY_SCHEME } from '../roles.decorator.js';
import { dropFormatPatterns } from './drop-format-patterns.js';
import { addGeneralProblems } from './general-problems.js';
import { problemJsonSchema } from './problem.schema.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const DESCRIPTION = [
  'Takes orders and carries each one through validation, stock, payment and shipping by a durable saga.',
  'Every error answer is a problem document (RFC 9457). Money is an integer in minor units beside its currency;',
  'times are ISO 8601 in UTC. Outside production the keys `demo-client`, `demo-operator`, `demo-supervisor` and',
  '`demo-supervisor-2` exist: put one into *Authorize* and the examples run as they are.',
].join(' ');

/** The OpenAPI document of an application; it need not be initialised, nor its database reachable. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Orders')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'API key' }, API_KEY_SCHEME)
    .build();
  config.components = {
    ...config.components,
    schemas: { [PROBLEM_SCHEMA]: problemJsonSchema as Schema },
  };
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  addGeneralProblems(document);
  dropFormatPatterns(document);
  return document;
}
