import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
export type Parameter = Extract<NonNullable<Operation['parameters']>[number], { in: unknown }>;
export type ApiResponseObject = Extract<
  NonNullable<Operation['responses'][string]>,
  { description?: unknown }
>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const;

export interface NamedOperation {
  /** E.g. `POST /v1/orders`. */
  readonly name: string;
  readonly operation: Operation;
}

/** Every operation of a document. */
export function operationsOf(document: OpenAPIObject): NamedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [];
    }),
  );
}

/** The parameters of an operation in a place: `path`, `query`, `header`. */
export function parametersOf(operation: Operation, place: string): Parameter[] {
  return (operation.parameters ?? []).filter(
    (parameter): parameter is Parameter => 'in' in parameter && parameter.in === place,
  );
}

export function hasHeader(operation: Operation, name: string): boolean {
  return parametersOf(operation, 'header').some((header) => header.name.toLowerCase() === name.toLowerCase());
}

/** Who may call: `['public']` without a key; undefined when nobody said. */
export function rolesOf(operation: Operation): readonly string[] | undefined {
  return (operation as { 'x-roles'?: readonly string[] })['x-roles'];
}
