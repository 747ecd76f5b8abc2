import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument, openApiText } from '../../scripts/lib/openapi-document.js';
import { documentFaults } from '../../src/platform/http/openapi/document-faults.js';
import { operationsOf, rolesOf } from '../../src/platform/http/openapi/operations.js';

const FILE = join(import.meta.dirname, '../../openapi.json');
const KEYLESS = /^\w+ \/(health\/|metrics$|v1\/webhooks\/)/;

describe('the OpenAPI document', () => {
  let document: OpenAPIObject;
  beforeAll(async () => {
    document = await openApiDocument();
  });

  it('says of every operation what it does, who may call it, what to send, and how it fails', () => {
    expect(documentFaults(document)).toEqual([]);
  });

  it('leaves only health, metrics and webhooks open without a key', () => {
    const open = operationsOf(document).filter(({ operation }) => rolesOf(operation)?.includes('public'));
    expect(open.map(({ name }) => name).filter((name) => !KEYLESS.test(name))).toEqual([]);
  });

  it('is the one that is checked in (npm run openapi:write)', async () => {
    const checkedIn = await readFile(FILE, 'utf8').catch(() => '');
    // A comparison of its own: the difference in full would bury the one line that helps.
    expect(openApiText(document) === checkedIn).toBe(true);
  });
});
