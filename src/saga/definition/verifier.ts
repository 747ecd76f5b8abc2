import { probe } from './probe.js';
import type { CompensationDefinition, SagaDefinition, StepDefinition } from './types.js';

/** What is wrong, and where: `order-fulfillment v2 › charge-payment`. */
export interface Finding {
  /** `SAGA.DUPLICATE_STEP`, `SAGA.MISSING_COMPENSATION`, … see `verifyDefinition`. */
  readonly code: string;
  readonly path: string;
  readonly text: string;
}

/** Which commands have a handler, and of which kind. */
export type KnownHandlers = ReadonlyMap<string, 'local' | 'external'>;

/** A definition that must not run. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(({ path, text }) => `${path}: ${text}`).join('\n'));
  }
}

/**
 * Checks a definition by the theory of sagas: compensatable steps, at most one pivot, retriable steps
 * (Garcia-Molina and Salem 1987; Richardson). The builder's types rule most of it out; this also holds for
 * definitions made by other means.
 *
 * @param handlers the commands that have a handler; null checks the definition alone
 * @returns all findings; none for a definition that may run
 */
export function verifyDefinition(
  definition: SagaDefinition,
  handlers: KnownHandlers | null = null,
): Finding[] {
  const at = (...path: string[]) => [`${definition.name} v${definition.version}`, ...path].join(' › ');
  const findings: Finding[] = [];
  const find = (code: string, path: string, text: string) => findings.push({ code, path, text });

  if (!Number.isInteger(definition.version) || definition.version < 1) {
    find('SAGA.BAD_VERSION', at(), 'the version must be a whole number from 1');
  }
  if (definition.steps.length === 0) find('SAGA.NO_STEPS', at(), 'a definition needs at least one step');
  const names = definition.steps.map((step) => step.name);
  for (const name of duplicates(names)) {
    find('SAGA.DUPLICATE_STEP', at(name), 'two steps have this name; a step is known by its name');
  }
  const pivots = definition.steps.filter((step) => step.phase === 'pivot');
  if (pivots.length > 1) {
    const list = pivots.map((step) => step.name).join(', ');
    find('SAGA.TWO_PIVOTS', at(list), 'there is one point of no return at most');
  }
  checkPhases(definition, at, find);
  for (const step of definition.steps) checkStep(definition, step, at(step.name), find);
  checkCompensations(definition, at, find);
  checkMappings(definition, at, find);
  if (handlers) checkHandlers(definition, handlers, at, find);
  return findings;
}

type At = (...path: string[]) => string;
type Find = (code: string, path: string, text: string) => void;

function checkPhases(definition: SagaDefinition, at: At, find: Find): void {
  let pivot = '';
  for (const step of definition.steps) {
    if (step.phase === 'compensatable' && pivot !== '') {
      find(
        'SAGA.COMPENSATABLE_AFTER_PIVOT',
        at(pivot, step.name),
        `after the pivot "${pivot}" there is no way back; make the step retriable or move it before the pivot`,
      );
    }
    if (step.phase !== 'compensatable' && pivot === '') pivot = step.name;
    if (step.phase === 'pivot' && pivot !== step.name) {
      find(
        'SAGA.PIVOT_AFTER_RETRIABLE',
        at(pivot, step.name),
        'the pivot stands before every retriable step',
      );
    }
  }
}

function checkStep(definition: SagaDefinition, step: StepDefinition, path: string, find: Find): void {
  const bound = definition.compensations.filter((compensation) => compensation.step === step.name);
  if (step.phase === 'compensatable' && bound.length === 0 && !step.noCompensation) {
    find(
      'SAGA.MISSING_COMPENSATION',
      path,
      "an effect before the pivot needs a compensation, or noCompensation('why') when there is nothing to undo",
    );
  }
  if (bound.length > 0 && step.noCompensation) {
    find('SAGA.CONTRADICTION', path, 'it has a compensation and says that there is nothing to undo');
  }
  if (step.phase !== 'compensatable' && bound.length > 0) {
    find('SAGA.USELESS_COMPENSATION', path, 'nothing is undone at or after the pivot');
  }
  if (step.phase === 'retriable') {
    const gives = step.action?.rejects || step.wait || step.retry.whenExhausted === 'compensate';
    const reacts = Object.values(step.retry.reactions).includes('compensate');
    if (gives || reacts) {
      find('SAGA.MAY_GIVE_UP', path, 'a step after the pivot may not be rejected, skipped or compensated');
    }
  }
  if (step.kind === 'wait' ? !step.wait : !step.action) {
    find('SAGA.NO_ACTION', path, 'a step needs an action, or what it waits for');
  }
  if (step.action && step.action.succeeds.length === 0) {
    find('SAGA.NO_OUTCOME', path, 'say with succeeds(…) which event ends the step');
  }
}

function checkCompensations(definition: SagaDefinition, at: At, find: Find): void {
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
    for (const name of compensation.after) {
      if (!steps.has(name)) find('SAGA.UNKNOWN_NAME', path, `it comes after "${name}", which is no step`);
    }
  }
  for (const name of duplicates(definition.compensations.map((compensation) => compensation.step))) {
    find('SAGA.TWO_COMPENSATIONS', at(name), 'two compensations are bound to this step');
  }
  for (const command of duplicates(definition.compensations.map(({ command: { wireName } }) => wireName))) {
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

function checkTarget(
  step: StepDefinition,
  compensation: CompensationDefinition,
  path: string,
  find: Find,
): void {
  const { undoes, wireName } = compensation.command;
  const action = step.action?.command.wireName;
  if (undoes && action && !undoes.includes(action)) {
    find('SAGA.FOREIGN_EFFECT', path, `${wireName} undoes ${undoes.join(', ')}, not this step's ${action}`);
  }
}

/** A mapping may read the results of earlier steps only: those of later ones are not stored when it runs. */
function checkMappings(definition: SagaDefinition, at: At, find: Find): void {
  const names = definition.steps.map((step) => step.name);
  const check = (path: string, earlier: readonly string[], map: (context: never) => unknown) => {
    for (const read of probe(map).reads) {
      if (!names.includes(read))
        find('SAGA.UNKNOWN_NAME', path, `it reads the result of "${read}", which is no step`);
      else if (!earlier.includes(read)) {
        find('SAGA.NOT_STORED', path, `it reads the result of "${read}", which is not stored when this runs`);
      }
    }
  };
  definition.steps.forEach((step, index) => {
    if (step.action) check(at(step.name), names.slice(0, index), step.action.map);
  });
  for (const compensation of definition.compensations) {
    const index = names.indexOf(compensation.step);
    check(at(compensation.step, 'compensation'), names.slice(0, Math.max(index, 0)), compensation.map);
  }
}

function checkHandlers(definition: SagaDefinition, handlers: KnownHandlers, at: At, find: Find): void {
  const check = (path: string, command: string, kind: 'local' | 'external') => {
    const known = handlers.get(command);
    if (!known) find('SAGA.NO_HANDLER', path, `no handler is registered for ${command}`);
    else if (kind === 'external' && known !== 'external') {
      find('SAGA.WRONG_KIND', path, `the handler of ${command} is ${known}, the step ${kind}`);
    } else if (kind === 'local' && known === 'external') {
      find('SAGA.WRONG_KIND', path, `the handler of ${command} calls the outside, the step is local`);
    }
  };
  for (const { name, kind, action } of definition.steps) {
    if (action && kind !== 'wait') check(at(name), action.command.wireName, kind);
  }
  for (const { step, kind, command } of definition.compensations)
    check(at(step, 'compensation'), command.wireName, kind);
  for (const { closing, command } of definition.closings) check(at(closing), command.wireName, 'local');
}

function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
