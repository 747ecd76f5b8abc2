/** What a mapping of a typed definition may read: see `MappingContext`. */
export interface Typed<Input, Results> {
  readonly input: Input;
  readonly results: Results;
  readonly reference: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A step that says all that the verifier wants to know. Carries the result's type for the steps after it. */
export interface Declared<Result> {
  readonly [resultType]: Result;
}
declare const resultType: unique symbol;
