import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, parametersOf, rolesOf, type Operation } from './operations.js';

/** The parts of a schema that may hold an example. */
interface Exemplified {
  readonly example?: unknown;
  readonly examples?: unknown;
  readonly default?: unknown;
  readonly $ref?: string;
  readonly schema?: Exemplified;
}

/**
 * What an OpenAPI document fails to say, one sentence each: every operation has a summary, the roles that may
 * call it, an example of what to send, a described success, and its error answers.
 */
export function documentFaults(document: OpenAPIObject): string[] {
  return operationsOf(document).flatMap(({ name, operation }) =>
    faultsOf(operation, document).map((fault) => `${name} ${fault}`),
  );
}

function faultsOf(operation: Operation, document: OpenAPIObject): string[] {
  const statuses = Object.keys(operation.responses);
  const isExemplified = (part: Exemplified) => hasExample(part, document);
  return [
    ...(operation.summary ? [] : ['has no summary.']),
    ...(rolesOf(operation)?.length ? [] : ['does not say who may call it.']),
    ...(statuses.some((status) => status.startsWith('2')) ? [] : ['describes no success.']),
    ...(statuses.some((status) => /^([45]|default$)/.test(status)) ? [] : ['describes no error answer.']),
    ...parametersOf(operation, 'path')
      .filter((parameter) => !isExemplified(parameter))
      .map((parameter) => `has no example of {${parameter.name}}.`),
    ...bodiesOf(operation)
      .filter((body) => !isExemplified(body))
      .map(() => 'has no example of its body.'),
  ];
}

function bodiesOf({ requestBody }: Operation): Exemplified[] {
  return requestBody && 'content' in requestBody ? Object.values(requestBody.content) : [];
}

function hasExample(part: Exemplified, document: OpenAPIObject): boolean {
  const referenced = part.$ref?.split('/').at(-1);
  const target = referenced
    ? (document.components?.schemas?.[referenced] as Exemplified | undefined)
    : undefined;
  return (
    part.example !== undefined ||
    part.examples !== undefined ||
    part.default !== undefined ||
    (part.schema !== undefined && hasExample(part.schema, document)) ||
    (target !== undefined && hasExample(target, document))
  );
}
