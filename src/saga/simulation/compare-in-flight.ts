import { isDeepStrictEqual } from 'node:util';
import {
  describeDefinition,
  isAboutChild,
  type SagaDefinition,
  type StepDefinition,
} from '../definition/index.js';
import { pathOf } from '../engine/path.js';
import { isSettled, type SagaState } from '../engine/state.js';
import { judgeMove } from '../moving/judge-move.js';
import { unaffected, withoutHandler, type Finding, type HasHandler } from './finding.js';

/**
 * What it would mean for a saga in flight to go on under the candidate: whether it could, as a move would judge it, and
 * whether what it has yet to do is the same. Pure.
 *
 * @param from the version that it has
 */
export function compareInFlight(
  state: SagaState,
  from: SagaDefinition,
  to: SagaDefinition,
  hasHandler: HasHandler,
): Finding {
  const divergence = judgeMove(state, from, to);
  if (divergence) return { outcome: 'impossible', step: divergence.step, difference: divergence.reason };
  const left = leftOf(to, state);
  for (const { name } of state.cause ? [] : left) {
    const missing = commandsOf(to, name).find((command) => !isAboutChild(command) && !hasHandler(command));
    if (missing) return withoutHandler(name, missing);
  }
  const missing = to.closings.find(({ command }) => !hasHandler(command.wireName));
  if (missing) return withoutHandler(missing.closing, missing.command.wireName);
  return state.cause ? unaffected : compareWays(from, leftOf(from, state), to, left);
}

/** The steps that it has yet to do, on the path that it is on. */
function leftOf(definition: SagaDefinition, state: SagaState): StepDefinition[] {
  const settled = new Set(state.steps.filter(isSettled).map(({ name }) => name));
  return pathOf(definition, state).filter(({ name }) => !settled.has(name));
}

function compareWays(
  from: SagaDefinition,
  was: readonly StepDefinition[],
  to: SagaDefinition,
  is: readonly StepDefinition[],
): Finding {
  for (let place = 0; place < Math.max(was.length, is.length); place++) {
    const before = was[place]?.name ?? null;
    const after = is[place]?.name ?? null;
    if (before !== after) return differs(after ?? before!, wordsFor(before, after));
    const parts = differentParts(from, to, after!);
    if (parts.length > 0) return differs(after!, `another ${parts.join(', another ')} of "${after}"`);
  }
  return unaffected;
}

function wordsFor(before: string | null, after: string | null): string {
  if (before === null) return `goes on with "${after}" where it would have ended`;
  return after === null
    ? `ends where it would do "${before}"`
    : `does "${after}" in the place of "${before}"`;
}

function differs(step: string, difference: string): Finding {
  return { outcome: 'another-path', step, difference };
}

/** In what a step does, not in how patiently. */
function differentParts(from: SagaDefinition, to: SagaDefinition, name: string): string[] {
  const [was, is] = [partsOf(from, name), partsOf(to, name)];
  return Object.keys(was).filter((part) => !isDeepStrictEqual(was[part], is[part]));
}

type Parts = Readonly<Record<string, unknown>>;

/** To describe a definition runs all its mappings: once is enough for all the sagas of a simulation. */
const described = new WeakMap<SagaDefinition, ReadonlyMap<string, Parts>>();

function partsOf(definition: SagaDefinition, name: string): Parts {
  const known = described.get(definition) ?? describeParts(definition);
  described.set(definition, known);
  return known.get(name) ?? {};
}

function describeParts(definition: SagaDefinition): Map<string, Parts> {
  const { steps, compensations } = describeDefinition(definition);
  return new Map(
    steps.map((step) => {
      const undo = compensations.find((one) => one.step === step.name);
      const { kind, phase, branch, action, wait, conditionReads } = step;
      return [
        step.name,
        {
          ...{ kind, phase, branch, wait },
          command: action?.command,
          input: action?.input,
          condition: conditionReads,
          compensation: undo && [undo.command, undo.input, undo.kind, undo.after],
        },
      ];
    }),
  );
}

function commandsOf(definition: SagaDefinition, step: string): string[] {
  const action = definition.steps.find(({ name }) => name === step)?.action;
  const undo = definition.compensations.find((one) => one.step === step);
  return [...(action ? [action.command.wireName] : []), ...(undo ? [undo.command.wireName] : [])];
}
