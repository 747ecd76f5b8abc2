import type { RetryPolicy } from './policy.js';
import { StepBuilder } from './step-builder.js';
import type {
  AlternativeDefinition,
  BranchRef,
  CompensationDefinition,
  Phase,
  SagaDefinition,
  StepDefinition,
} from './types.js';

/** A path in the making: the main one, or that of an alternative. */
export interface PathDraft {
  readonly steps: readonly StepDefinition[];
  readonly compensations: readonly CompensationDefinition[];
  readonly alternatives: readonly AlternativeDefinition[];
  readonly inherited: Partial<RetryPolicy>;
  /** The step declared last on this path: what an alternative declared now stands in for; null: none yet. */
  readonly last: string | null;
}

/** A definition in the making. */
export interface Draft extends SagaDefinition, PathDraft {}

/** For which failures an alternative is taken, and what is undone before it begins. */
export interface AlternativeOptions<Earlier extends string = string> {
  /** Exact codes of rejections and failures. Default: whatever would turn the saga back. */
  readonly on?: readonly string[];
  /** Its save-point: what was done after this step is undone first. Default: only what the failed step may have left. */
  readonly undoTo?: Earlier;
}

/** The typed stages are all one `StepBuilder`; its types are only loosened here, inside. */
export type LooseBuild = (step: unknown) => unknown;

/** The draft with one step more. */
export function append<Path extends PathDraft>(
  draft: Path,
  name: string,
  phase: Phase,
  build: LooseBuild,
  branch: BranchRef | null = null,
): Path {
  const builder = new StepBuilder(name, phase, draft.inherited, branch);
  build(builder);
  const { step, compensation } = builder.build();
  return {
    ...draft,
    steps: [...draft.steps, step],
    compensations: compensation ? [...draft.compensations, compensation] : draft.compensations,
    last: name,
  };
}

/** An alternative's own path, still empty. */
export function branchOf(draft: PathDraft): PathDraft {
  return { steps: [], compensations: [], alternatives: [], inherited: draft.inherited, last: null };
}

/** The draft with the steps of a group's branches. No alternative can be declared to a group. */
export function gather<Path extends PathDraft>(draft: Path, group: PathDraft): Path {
  return {
    ...draft,
    steps: [...draft.steps, ...group.steps],
    compensations: [...draft.compensations, ...group.compensations],
    last: null,
  };
}

/**
 * The draft with an alternative to its last step.
 * @throws Error when there is no step yet in whose place it could be, or the alternative has none itself
 */
export function join<Path extends PathDraft>(
  draft: Path,
  { on = null, undoTo = null }: { on?: readonly string[] | null; undoTo?: string | null },
  branch: PathDraft,
): Path {
  if (draft.last === null) throw new Error('An alternative follows the step in whose place it is taken.');
  // The steps of alternatives inside it are its own only there.
  const inner = new Set(branch.alternatives.flatMap((alternative) => alternative.steps));
  const steps = branch.steps.map(({ name }) => name).filter((name) => !inner.has(name));
  if (steps.length === 0) throw new Error(`The alternative to "${draft.last}" has no step.`);
  return {
    ...draft,
    steps: [...draft.steps, ...branch.steps],
    compensations: [...draft.compensations, ...branch.compensations],
    alternatives: [
      ...draft.alternatives,
      { insteadOf: draft.last, on, undoTo, steps },
      ...branch.alternatives,
    ],
  };
}
