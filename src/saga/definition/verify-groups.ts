import { alternativeOf } from './alternatives.js';
import { duplicates, type At, type Find } from './finding.js';
import { areSideBySide, stagesOf } from './groups.js';
import type { SagaDefinition, StepDefinition } from './types.js';

/** Branches of a group stand together before the pivot, and nothing in one depends on what happens in another. */
export function checkGroups(definition: SagaDefinition, at: At, find: Find): void {
  const { steps, alternatives } = definition;
  const stages = stagesOf(steps).filter((stage) => stage[0]![0]!.branch !== null);
  for (const name of duplicates(stages.map((stage) => stage[0]![0]!.branch!.group))) {
    find(
      'SAGA.SCATTERED_GROUP',
      at(name),
      'the steps of a group stand together, and it is the only one of its name',
    );
  }
  for (const stage of stages) {
    const path = at(stage[0]![0]!.branch!.group);
    for (const branch of duplicates(stage.map(([first]) => first!.branch!.branch))) {
      find('SAGA.SCATTERED_GROUP', path, `the steps of its branch "${branch}" stand together`);
    }
    if (stage.length === 1) find('SAGA.LONE_BRANCH', path, 'beside its only branch there is nothing');
    checkCases(stage.flat(), path, find);
  }
  for (const { name, branch, phase } of steps) {
    if (branch === null) continue;
    if (phase === 'pivot') {
      find('SAGA.PIVOT_IN_GROUP', at(name), 'beside the point of no return nothing could be undone any more');
    } else if (phase === 'retriable') {
      find('SAGA.WRONG_PHASE', at(name), 'a group stands before the pivot: its steps can be undone');
    }
    if (alternativeOf(definition, name) || alternatives.some(({ insteadOf }) => insteadOf === name)) {
      find('SAGA.ALTERNATIVE_IN_GROUP', at(name), 'in a group no step is taken in the place of another');
    }
  }
  for (const { steps: own, undoTo } of alternatives) {
    const place = steps.findIndex(({ name }) => name === undoTo);
    const [savePoint, following] = [steps[place], steps[place + 1]];
    if (savePoint?.branch && savePoint.branch.group === following?.branch?.group) {
      const text = `"${savePoint.name}" stands in the middle of a group; only its last step is a save-point`;
      find('SAGA.WRONG_SAVE_POINT', at(`alternative ${own[0] ?? ''}`), text);
    }
  }
}

/** An event ends one wait at most: those of two branches may be open at once. */
function checkCases(steps: readonly StepDefinition[], path: string, find: Find): void {
  for (const [index, step] of steps.entries()) {
    for (const other of steps.slice(index + 1)) {
      if (!areSideBySide(step, other)) continue;
      const events = new Set(step.wait?.cases.map(({ event }) => event.wireName));
      for (const { event } of other.wait?.cases ?? []) {
        if (!events.has(event.wireName)) continue;
        const text = `${event.wireName} would end the waits of two branches, "${step.name}" and "${other.name}"`;
        find('SAGA.AMBIGUOUS_CASE', path, text);
      }
    }
  }
}
