/** What the tests read of the served OpenAPI document. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export type Schema = Readonly<Record<string, unknown>>;

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;
}

export interface OpenApiOperation {
  readonly 'x-roles': readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: Schema;
    example?: unknown;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/** One documented request: its parts as they stand in the document, ready to be sent. */
export interface DocumentedRequest {
  /** E.g. `POST /v1/orders/{id}/cancel`. */
  readonly name: string;
  readonly method: string;
  /** With the query that it needs. */
  readonly path: string;
  readonly roles: readonly string[];
  /** Examples of the path's parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Examples of headers, for those that have one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The schema of the answer with this status, with nothing left to look up; null: none is documented. */
  answerSchema(status: number): Schema | null;
}

/** Every request that the document shows. A body with several examples is several requests. */
export function documentedRequests(document: OpenApiDocument): DocumentedRequest[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([verb, operation]) => {
      const method = verb.toUpperCase();
      const examplesIn = (place: string) =>
        (operation.parameters ?? []).flatMap((parameter) => {
          const [example] = examplesOf(parameter);
          return parameter.in === place && example !== undefined ? [[parameter.name, example] as const] : [];
        });
      const needed = (operation.parameters ?? []).filter(({ required }) => required).map(({ name }) => name);
      const query = examplesIn('query').filter(([name]) => needed.includes(name));
      const values = Object.fromEntries(
        query.map(([name, value]) => [name, String(value as string | number)]),
      );
      const asked = new URLSearchParams(values).toString();
      const content = operation.requestBody?.content?.['application/json'];
      const bodies = content
        ? examplesOf({ ...content, schema: inlined(content.schema ?? {}, document) })
        : [undefined];
      return bodies.map((body) => ({
        name: `${method} ${path}`,
        method,
        path: asked === '' ? path : `${path}?${asked}`,
        roles: operation['x-roles'],
        parameters: Object.fromEntries(examplesIn('path')),
        headers: Object.fromEntries(examplesIn('header').map(([name, value]) => [name, value as string])),
        body,
        answerSchema: (status: number) => {
          const schema = operation.responses[status]?.content?.['application/json']?.schema;
          return schema ? inlined(schema, document) : null;
        },
      }));
    }),
  );
}

function examplesOf(part: { example?: unknown; examples?: unknown; schema?: Schema }): unknown[] {
  if (part.example !== undefined) return [part.example];
  if (Array.isArray(part.examples)) return part.examples;
  return part.schema ? examplesOf(part.schema) : [];
}

/** The schema with every reference replaced by what it refers to. */
function inlined(schema: Schema, document: OpenApiDocument): Schema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: string };
    if ($ref !== undefined) return walk(document.components.schemas[$ref.split('/').at(-1)!]);
    return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, walk(inside)]));
  };
  return walk(schema) as Schema;
}
