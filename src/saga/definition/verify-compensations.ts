import { isAboutChild } from './child-messages.js';
import { isWait } from './verify-waits.js';
import { duplicates, type At, type Find } from './finding.js';
import type { CompensationDefinition, SagaDefinition, StepDefinition } from './types.js';

/** Each effect has its own compensation, and undoing can always run to its end in reverse order. */
export function checkCompensations(definition: SagaDefinition, at: At, find: Find): void {
  const steps = new Map(definition.steps.map((step) => [step.name, step]));
  for (const compensation of definition.compensations) {
    const path = at(compensation.step, 'compensation');
    const step = steps.get(compensation.step);
    if (!step) {
      find(
        'SAGA.UNBOUND_COMPENSATION',
        path,
        `it is bound to no step: there is none named "${compensation.step}"`,
      );
    } else {
      checkTarget(step, compensation, path, find);
    }
    checkOrder(definition, compensation, path, find);
  }
  for (const name of duplicates(definition.compensations.map((compensation) => compensation.step))) {
    find('SAGA.TWO_COMPENSATIONS', at(name), 'two compensations are bound to this step');
  }
  for (const command of duplicates(definition.compensations.map(({ command: { wireName } }) => wireName))) {
    if (isAboutChild(command)) continue;
    const bound = definition.compensations.filter(
      (compensation) => compensation.command.wireName === command,
    );
    find(
      'SAGA.SHARED_COMPENSATION',
      at(bound.map(({ step }) => step).join(', ')),
      `the compensation ${command} is bound to two steps; each effect is undone by its own`,
    );
  }
}

/** Undoing runs in reverse: a compensation that waited for an earlier step's would wait for ever. */
function checkOrder(
  { steps }: SagaDefinition,
  compensation: CompensationDefinition,
  path: string,
  find: Find,
): void {
  const names = steps.map((step) => step.name);
  for (const name of compensation.after) {
    if (!names.includes(name)) find('SAGA.UNKNOWN_NAME', path, `it comes after "${name}", which is no step`);
    else if (names.indexOf(name) <= names.indexOf(compensation.step)) {
      find(
        'SAGA.WRONG_ORDER',
        path,
        `it comes after "${name}", which is undone after it: only later steps fit`,
      );
    }
  }
}

function checkTarget(
  step: StepDefinition,
  compensation: CompensationDefinition,
  path: string,
  find: Find,
): void {
  if (isWait(step)) {
    find(
      'SAGA.USELESS_COMPENSATION',
      path,
      'a wait has no effect of its own; bind it to the step that has it',
    );
  }
  const { undoes, wireName } = compensation.command;
  const action = step.action?.command.wireName;
  if (undoes && action && !undoes.includes(action)) {
    find('SAGA.FOREIGN_EFFECT', path, `${wireName} undoes ${undoes.join(', ')}, not this step's ${action}`);
  }
}
