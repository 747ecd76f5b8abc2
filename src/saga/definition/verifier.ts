import { alternativeOf } from './alternatives.js';
import { duplicates, type At, type Find, type Finding } from './finding.js';
import type { SagaDefinition, StepDefinition } from './types.js';
import { checkAlternatives } from './verify-alternatives.js';
import { checkCompensations } from './verify-compensations.js';
import { checkConfirmations } from './verify-confirmations.js';
import { checkEvents } from './verify-events.js';
import { checkGroups } from './verify-groups.js';
import { checkHandlers, type KnownHandlers } from './verify-handlers.js';
import { checkMappings } from './verify-mappings.js';
import { checkPolicies } from './verify-policies.js';
import { checkRollover } from './rollover.js';
import { checkWaits, isWait } from './verify-waits.js';

export type { Finding } from './finding.js';
export type { KnownHandlers } from './verify-handlers.js';

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
  // An alternative's phases follow from the step in whose place it is: see `checkAlternatives`.
  checkPhases(
    definition.steps.filter((step) => !alternativeOf(definition, step.name)),
    at,
    find,
  );
  const isSetOfPaths = checkAlternatives(definition, at, find);
  for (const step of definition.steps) checkStep(definition, step, at(step.name), find);
  checkCompensations(definition, at, find);
  if (isSetOfPaths) checkMappings(definition, at, find);
  checkPolicies(definition, at, find);
  checkRollover(definition, at, find);
  checkConfirmations(definition, at, find);
  checkWaits(definition, at, find);
  checkGroups(definition, at, find);
  checkEvents(definition, at, find);
  for (const closing of duplicates(definition.closings.map((unit) => unit.closing))) {
    find('SAGA.TWO_CLOSINGS', at(closing), 'this moment is told to the business twice');
  }
  if (handlers) checkHandlers(definition, handlers, at, find);
  return findings;
}

function checkPhases(path: readonly StepDefinition[], at: At, find: Find): void {
  const pivots = path.filter((step) => step.phase === 'pivot');
  if (pivots.length > 1) {
    const list = pivots.map((step) => step.name).join(', ');
    find('SAGA.TWO_PIVOTS', at(list), 'there is one point of no return at most');
  }
  let forwardOnly: string | null = null;
  let retriable: string | null = null;
  for (const { name, phase } of path) {
    if (phase === 'compensatable' && forwardOnly !== null) {
      find(
        'SAGA.COMPENSATABLE_AFTER_PIVOT',
        at(forwardOnly, name),
        `after "${forwardOnly}" there is no way back; make the step retriable or move it before`,
      );
    }
    if (phase === 'pivot' && retriable !== null) {
      find('SAGA.PIVOT_AFTER_RETRIABLE', at(retriable, name), 'the pivot stands before every retriable step');
    }
    if (phase === 'retriable') retriable ??= name;
    if (phase !== 'compensatable') forwardOnly ??= name;
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
  // The pivot's own is its withdrawal: for an attempt that was sent and has left no trace.
  const withdrawal = step.phase === 'pivot' && step.kind === 'external';
  if (step.phase !== 'compensatable' && !withdrawal && bound.length > 0) {
    find('SAGA.USELESS_COMPENSATION', path, 'nothing is undone at or after the pivot');
  }
  if (step.phase === 'retriable') {
    const gives = step.action?.rejects || step.retry.whenExhausted === 'compensate';
    const reacts = Object.values(step.retry.reactions).includes('compensate');
    if (gives || reacts) {
      find('SAGA.MAY_GIVE_UP', path, 'a step after the pivot may not be rejected or compensated');
    }
  }
  if (step.phase === 'pivot' && step.skipWhen) {
    find('SAGA.CONDITIONAL_PIVOT', path, 'the point of no return cannot be passed over');
  }
  if (isWait(step) ? !step.wait : !step.action) {
    find('SAGA.NO_ACTION', path, 'a step needs an action, or what it waits for');
  }
  if (step.action?.succeeds.length === 0) {
    find('SAGA.NO_OUTCOME', path, 'say with succeeds(…) which event ends the step');
  }
}
