import type { OpenAPIObject } from '@nestjs/swagger';
import { documentFaults } from './document-faults.js';

const complete = {
  summary: 'Makes a toy',
  'x-roles': ['client'],
  parameters: [{ name: 'id', in: 'path', schema: { type: 'string', example: 'x' } }],
  requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Toy' } } } },
  responses: { 201: { description: 'Made.' }, 400: { description: 'Not made.' } },
};

const faults = (operation: object) =>
  documentFaults({
    openapi: '3.0.0',
    info: { title: '', version: '' },
    paths: { '/toys/{id}': { post: operation } },
    components: { schemas: { Toy: { type: 'object', example: { name: 'bear' } }, Bare: { type: 'object' } } },
  } as unknown as OpenAPIObject);

describe('documentFaults', () => {
  it('finds none in a complete operation', () => {
    expect(faults(complete)).toEqual([]);
  });

  it.each([
    [{ summary: undefined }, 'has no summary.'],
    [{ 'x-roles': undefined }, 'does not say who may call it.'],
    [{ responses: { 400: {} } }, 'describes no success.'],
    [{ responses: { 201: {} } }, 'describes no error answer.'],
    [{ parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }] }, 'has no example of {id}.'],
    [
      { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Bare' } } } } },
      'has no example of its body.',
    ],
  ])('finds what %j lacks', (change, fault) => {
    expect(faults({ ...complete, ...change })).toEqual([`POST /toys/{id} ${fault}`]);
  });
});
