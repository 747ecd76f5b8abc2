import type { Change } from './field-changes.js';

/** A step that only one of the two versions has. */
export interface LoneStep {
  readonly step: string;
  /** The step before it there; null: it is the first. */
  readonly after: string | null;
  readonly phase: string;
  readonly kind: string;
  /** Wire name; null for a wait and a timer. */
  readonly command: string | null;
  /** Wire name of its compensation; null: it has none. */
  readonly undoneBy: string | null;
}

/** A step that both have, on another side of some other step that both have. */
export interface MovedStep {
  readonly step: string;
  /** The step before it in each version; null: it is the first. */
  readonly after: { readonly from: string | null; readonly to: string | null };
}

/** A step that both have, and that does something else now, whether it has moved or not. */
export interface ChangedStep {
  readonly step: string;
  readonly changes: readonly Change[];
}

/** What is different between two versions of a definition. */
export interface DefinitionDiff {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly added: readonly LoneStep[];
  readonly removed: readonly LoneStep[];
  readonly moved: readonly MovedStep[];
  readonly changed: readonly ChangedStep[];
  /** Of the definition itself: its deadline, what starts it, alternatives, closings, answers to events. */
  readonly others: readonly Change[];
  /** All of it in words, a line each. */
  readonly text: string;
}
