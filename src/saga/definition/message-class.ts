/**
 * What the definition needs to know of a command or an event. Structural on purpose: any class with a wire name,
 * a schema and plain data fits, so this folder depends on no framework and no other part of the project.
 */
export interface MessageClass<Data = unknown> {
  /** Constant for ever; stored in journals. */
  readonly wireName: string;
  /** Checks data that comes from storage or from a person. Throws when it does not fit. */
  readonly schema: { parse(value: unknown): Data };
  /** For a compensating command: the wire names of the commands whose effect it undoes. Absent: not declared. */
  readonly undoes?: readonly string[];
  /** `never`: a class whose data is unknown here must not be constructed unchecked; see `construct`. */
  new (data: never): { readonly data: Data };
}

/**
 * Makes a message from stored data.
 * @throws the schema's error when the data does not fit (any more)
 */
export function construct(type: MessageClass, data: unknown): { readonly data: unknown } {
  return new type(type.schema.parse(data) as never);
}

/** The data of a message class. */
export type DataOf<Class> = Class extends new (data: never) => { readonly data: infer Data } ? Data : never;
