import { areSideBySide } from './groups.js';
import type { AlternativeDefinition, SagaDefinition } from './types.js';

/** The alternative that a step belongs to; null for a step of the main path. */
export function alternativeOf(definition: SagaDefinition, step: string): AlternativeDefinition | null {
  return definition.alternatives.find(({ steps }) => steps.includes(step)) ?? null;
}

/** An alternative is known by its first step. */
export function nameOf({ steps }: AlternativeDefinition): string {
  return steps[0]!;
}

/**
 * The alternative for a failure of `step` with this code; null: there is none. One that names the code goes before
 * one for any code.
 */
export function alternativeFor(
  definition: SagaDefinition,
  step: string,
  code: string | null,
): AlternativeDefinition | null {
  const declared = definition.alternatives.filter(({ insteadOf }) => insteadOf === step);
  return (
    declared.find(({ on }) => code !== null && on?.includes(code)) ??
    declared.find(({ on }) => on === null) ??
    null
  );
}

/** True when an alternative names this very code: the failure is then final, whatever is left of the attempts. */
export function namesCode({ alternatives }: SagaDefinition, step: string, code: string): boolean {
  return alternatives.some(({ insteadOf, on }) => insteadOf === step && on?.includes(code));
}

/**
 * The steps that may be done when `step` begins, in order: those whose results a mapping of it may read. On an
 * alternative neither the step in whose place it is nor what is undone for it is among them; in a branch of a group, no
 * step of the other branches is.
 */
export function stepsBefore(definition: SagaDefinition, step: string): string[] {
  const names = definition.steps.map(({ name }) => name);
  const alternative = alternativeOf(definition, step);
  if (!alternative) {
    const [own] = definition.steps.filter(({ name }) => name === step);
    const before = definition.steps.slice(0, Math.max(names.indexOf(step), 0));
    return before.filter((other) => !own || !areSideBySide(own, other)).map(({ name }) => name);
  }
  const { insteadOf, undoTo, steps } = alternative;
  const before = stepsBefore(definition, insteadOf);
  const kept = undoTo === null ? before : before.slice(0, endOf(definition, before, undoTo));
  const own = names.slice(names.indexOf(steps[0]!), Math.max(names.indexOf(step), 0));
  return [...kept, ...own];
}

/** Where a save-point's own steps end: what was taken in its place belongs to it. */
function endOf(definition: SagaDefinition, names: readonly string[], savePoint: string): number {
  const stands = (name: string): boolean => {
    if (name === savePoint) return true;
    const alternative = alternativeOf(definition, name);
    return alternative !== null && stands(alternative.insteadOf);
  };
  return names.reduce((end, name, index) => (stands(name) ? index + 1 : end), 0);
}
