import type { Random } from '../random.js';
import type { Passage } from './course.js';
import { canBeLost } from './lost.js';
import type { Accident, AccidentKind, Schedule } from './schedule.js';

/** Points that are passed at times of their own, not because of what a scenario does. */
const byTheClock = /^(lease\.|claim\.before|take-over\.before|delivery\.(before|after)-commit)/;

/** Points that a process passes when it goes on with what another one has left behind. */
const ofRecovery = ['take-over.before', 'take-over.after', 'claim.after', 'resolve.before', 'resolve.after'];

/** A schedule for each passage: the process dies there, and nothing else happens. */
export function singleDeaths(scenario: string, passages: readonly Passage[]): Schedule[] {
  return ofTheScenario(passages).map(({ point, hit }) => ({
    scenario,
    accidents: [{ kind: 'die', point, hit }],
  }));
}

/**
 * A process dies, and the one that goes on dies too, at each place that it passes.
 * @param first what died first, and what was passed after it: a leg of its report
 */
export function secondDeaths({ scenario, accidents }: Schedule, after: readonly Passage[]): Schedule[] {
  return after
    .filter(({ point }) => !point.startsWith('lease'))
    .map(({ point, hit }) => ({ scenario, accidents: [...accidents, { kind: 'die', point, hit }] }));
}

/** How often each kind of accident is chosen, out of their sum. Restarts take a second each, so they are asked for. */
export type Weights = Readonly<Partial<Record<AccidentKind, number>>>;

export const usualWeights: Weights = { die: 10, cut: 3, lose: 3, stall: 2, repeat: 2 };

/** One to three accidents, where the scenario passes and where recovery does. */
export function randomSchedule(
  random: Random,
  scenario: string,
  passages: readonly Passage[],
  weights: Weights = usualWeights,
): Schedule {
  const own = ofTheScenario(passages);
  const at = random.between(0, own.length - 1);
  const accidents: Accident[] = [{ ...own[at]!, kind: kindAt(own[at]!.point, random, weights) }];
  const more = random.pick([0, 0, 0, 1, 1, 2]);
  const points = [...ofRecovery, ...own.slice(at).map(({ point }) => point)];
  for (let i = 0; i < more; i++) {
    const point = random.pick(points);
    accidents.push({ kind: kindAt(point, random, weights), point, hit: random.pick([1, 1, 1, 2]) });
  }
  return { scenario, accidents };
}

function kindAt(point: string, random: Random, weights: Weights): AccidentKind {
  const possible = (Object.entries(weights) as [AccidentKind, number][]).filter(
    ([kind]) => kind !== 'lose' || canBeLost(point),
  );
  let left = random.next() * possible.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of possible) {
    left -= weight;
    if (left < 0) return kind;
  }
  return possible.at(-1)![0];
}

function ofTheScenario(passages: readonly Passage[]): Passage[] {
  return passages.filter(({ point }) => !byTheClock.test(point));
}
