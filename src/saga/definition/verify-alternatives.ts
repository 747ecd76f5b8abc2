import { nameOf, stepsBefore } from './alternatives.js';
import { duplicates, type At, type Find } from './finding.js';
import type { AlternativeDefinition, SagaDefinition, StepDefinition } from './types.js';

/**
 * Each alternative is a path that keeps the phases, and it is always clear which one is taken.
 *
 * @returns false when they are no paths at all: what goes along paths cannot be checked then
 */
export function checkAlternatives(definition: SagaDefinition, at: At, find: Find): boolean {
  const { alternatives } = definition;
  const pathOf = ({ insteadOf, steps }: AlternativeDefinition) =>
    at(insteadOf, `alternative ${steps[0] ?? '(no step)'}`);
  const misplaced = alternatives.filter((one) => !isPlaced(definition, one));
  for (const alternative of misplaced) {
    const text = `its steps stand in the definition, in order, right after "${alternative.insteadOf}"`;
    find('SAGA.MISPLACED_ALTERNATIVE', pathOf(alternative), text);
  }
  for (const name of duplicates(alternatives.flatMap(({ steps }) => steps))) {
    find('SAGA.AMBIGUOUS_ALTERNATIVE', at(name), 'it is a step of two alternatives');
  }
  for (const step of new Set(alternatives.map(({ insteadOf }) => insteadOf))) {
    for (const code of duplicates(codesOf(definition, step))) {
      find('SAGA.AMBIGUOUS_ALTERNATIVE', at(step), `two alternatives are declared for ${code}`);
    }
  }
  if (misplaced.length > 0) return false;
  for (const alternative of alternatives) {
    const path = pathOf(alternative);
    const place = stepOf(definition, alternative.insteadOf)!;
    checkNeighbours(definition, alternative, path, find);
    checkPhases(definition, place, alternative, path, find);
    checkSavePoint(definition, alternative, path, find);
    checkCodes(place, alternative, path, find);
  }
  return true;
}

function stepOf({ steps }: SagaDefinition, name: string): StepDefinition | null {
  return steps.find((step) => step.name === name) ?? null;
}

/** All its steps are there, in order, after the one in whose place they are: a saga never goes back. */
function isPlaced({ steps: all }: SagaDefinition, { insteadOf, steps }: AlternativeDefinition): boolean {
  const places = [insteadOf, ...steps].map((name) => all.findIndex((step) => step.name === name));
  return steps.length > 0 && places.every((place, index) => place > (places[index - 1] ?? -1));
}

function codesOf({ alternatives }: SagaDefinition, step: string): string[] {
  return alternatives
    .filter(({ insteadOf }) => insteadOf === step)
    .flatMap(({ on }) => (on ? [...new Set(on)] : ['any code']));
}

/** Only other alternatives to the same step, and alternatives to its own steps, may stand in between. */
function checkNeighbours(
  definition: SagaDefinition,
  { insteadOf, steps }: AlternativeDefinition,
  path: string,
  find: Find,
): void {
  const names = definition.steps.map(({ name }) => name);
  const between = names.slice(names.indexOf(insteadOf) + 1, names.indexOf(steps.at(-1)!));
  const fitting = new Set(stepsInstead(definition, insteadOf));
  if (between.every((name) => fitting.has(name))) return;
  find('SAGA.MISPLACED_ALTERNATIVE', path, `its steps stand right after "${insteadOf}"`);
}

/** Steps of all alternatives to a step, and of the alternatives to those. */
function stepsInstead(definition: SagaDefinition, step: string): string[] {
  return definition.alternatives
    .filter(({ insteadOf }) => insteadOf === step)
    .flatMap(({ steps }) => steps.flatMap((name) => [name, ...stepsInstead(definition, name)]));
}

/** What stands in for a compensatable step can be undone; what stands in for the pivot ends with one. */
function checkPhases(
  definition: SagaDefinition,
  place: StepDefinition,
  { steps }: AlternativeDefinition,
  path: string,
  find: Find,
): void {
  if (place.phase === 'retriable') {
    find('SAGA.MAY_GIVE_UP', path, 'a step after the pivot is never given up: nothing is taken in its place');
    return;
  }
  const ending = place.phase;
  const sound = steps.every(
    (name, index) =>
      stepOf(definition, name)!.phase === (index === steps.length - 1 ? ending : 'compensatable'),
  );
  if (sound) return;
  const text =
    ending === 'pivot'
      ? 'in place of the pivot stand steps that can be undone, then one pivot'
      : 'in place of a step that can be undone stand such steps only';
  find('SAGA.WRONG_PHASE', path, text);
}

function checkSavePoint(
  definition: SagaDefinition,
  alternative: AlternativeDefinition,
  path: string,
  find: Find,
): void {
  const { undoTo, insteadOf } = alternative;
  if (undoTo === null || stepsBefore(definition, insteadOf).includes(undoTo)) return;
  find('SAGA.WRONG_SAVE_POINT', path, `"${undoTo}" does not come before "${nameOf(alternative)}"`);
}

/** A code has one reaction: what parks at once never comes to its alternative. */
function checkCodes(
  { retry }: StepDefinition,
  { on }: AlternativeDefinition,
  path: string,
  find: Find,
): void {
  for (const code of on ?? []) {
    if (Object.hasOwn(retry.reactions, code) && retry.reactions[code] === 'park') {
      find('SAGA.CONTRADICTION', path, `${code} is declared to park as well`);
    }
  }
}
