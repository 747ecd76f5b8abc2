/** A unit's command as a person may ask about it. */
export interface AskedCommand {
  /** Its wire name. */
  readonly command: string;
  readonly input: unknown;
  /** Of a compensation: the action that it undoes, as far as it is known. Null: the command is an action's own. */
  readonly action: { readonly command: string; readonly input: unknown; readonly result: unknown } | null;
}

/**
 * Says what a command means to the business, e.g. `refunds 49.00 EUR`. Sagas know no money and no goods: whoever
 * knows them provides this class; without it the operators read the steps' names only.
 */
export abstract class ConsequenceWords {
  /** A verb in the third person with its objects, no full stop; null: there are no better words than the step's name. */
  abstract describe(command: AskedCommand): string | null;
}
