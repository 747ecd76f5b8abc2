/** What is wrong, and where: `order-fulfillment v2 › charge-payment`. */
export interface Finding {
  /** `SAGA.DUPLICATE_STEP`, `SAGA.MISSING_COMPENSATION`, … see `verifyDefinition`. */
  readonly code: string;
  readonly path: string;
  readonly text: string;
}

/** Makes a path from the definition downwards. */
export type At = (...path: string[]) => string;

export type Find = (code: string, path: string, text: string) => void;

/** The values that occur more than once, each once. */
export function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
