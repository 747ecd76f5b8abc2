import type { DefinitionDiff, LoneStep } from './definition-diff.js';
import { diffWords } from './diff-words.js';
import { changesBetween } from './field-changes.js';
import type { Description } from './fingerprint.js';
import { longestCommon } from './longest-common.js';

/**
 * Compares two versions by their descriptions; a step is known by its name. Of several ways to say which steps have
 * moved the one with the fewest is given. What a description does not see, the inside of functions, is not compared.
 */
export function diffDefinitions(from: Description, to: Description): DefinitionDiff {
  const [before, after] = [namesOf(from), namesOf(to)];
  const common = after.filter((name) => before.includes(name));
  const stayed = longestCommon(
    before.filter((name) => after.includes(name)),
    common,
  );
  const diff = {
    name: to.name,
    from: from.version,
    to: to.version,
    added: after.filter((name) => !before.includes(name)).map((name) => loneStep(to, name)),
    removed: before.filter((name) => !after.includes(name)).map((name) => loneStep(from, name)),
    moved: common
      .filter((name) => !stayed.includes(name))
      .map((step) => ({ step, after: { from: previous(before, step), to: previous(after, step) } })),
    changed: common
      .map((step) => ({ step, changes: changesBetween(whole(from, step), whole(to, step)) }))
      .filter(({ changes }) => changes.length > 0),
    others: changesBetween(besideSteps(from), besideSteps(to)),
  };
  return { ...diff, text: diffWords(diff) };
}

function namesOf({ steps }: Description): string[] {
  return steps.map(({ name }) => name);
}

function previous(names: readonly string[], name: string): string | null {
  return names[names.indexOf(name) - 1] ?? null;
}

function loneStep(description: Description, name: string): LoneStep {
  const { phase, kind, action } = description.steps.find((step) => step.name === name)!;
  const undo = description.compensations.find(({ step }) => step === name);
  return {
    step: name,
    after: previous(namesOf(description), name),
    phase,
    kind,
    command: action?.command ?? null,
    undoneBy: undo?.command ?? null,
  };
}

/** A step with its compensation, without what it is known by. */
function whole(description: Description, name: string): object {
  const { name: _, ...step } = description.steps.find((one) => one.name === name)!;
  const bound = description.compensations.find((one) => one.step === name);
  if (!bound) return { ...step, compensation: null };
  const { step: __, ...compensation } = bound;
  return { ...step, compensation };
}

/** Lists by what their elements are known by, so that one more of them is one change. */
function besideSteps(description: Description): object {
  const { deadlineMs, startedBy, unexpected, closings, events, alternatives = [] } = description;
  return {
    deadlineMs,
    startedBy: startedBy ?? null,
    unexpected,
    alternatives: Object.fromEntries(alternatives.map((one) => [one.steps[0] ?? '', one])),
    closings: Object.fromEntries(closings.map(({ closing, ...one }) => [closing, one])),
    events: Object.fromEntries(events.map(({ event, ...one }) => [event, one])),
  };
}
