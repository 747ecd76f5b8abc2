import type { Violation } from '../../platform/http/problem.js';
import { shareOf, stateOf, type Rollout } from './rollout.js';

/**
 * What of a rollout cannot be, each with its place in the request: versions that this build lacks or that are closed, and a
 * guard that would have nothing to compare. Pure.
 * @param known the versions that this build has
 */
export function faultsOfRollout(rollout: Rollout, known: ReadonlySet<number>): Violation[] {
  const { shares, rules, guard } = rollout;
  const faults = Object.keys(shares).flatMap((version) =>
    faultsOfVersion(
      rollout,
      known,
      Number(version),
      `/shares/${version}`,
      shareOf(rollout, Number(version)) > 0,
    ),
  );
  for (const [n, { version }] of rules.entries()) {
    faults.push(...faultsOfVersion(rollout, known, version, `/rules/${n}/version`, true));
  }
  if (!guard) return faults;
  if (guard.candidate === guard.control) {
    faults.push({
      pointer: '/guard/control',
      code: 'SAGA.GUARD_COMPARES_NOTHING',
      detail: 'The control is another version than the candidate.',
    });
  }
  for (const place of ['candidate', 'control'] as const) {
    const version = guard[place];
    const pointer = `/guard/${place}`;
    const unfit = faultsOfVersion(rollout, known, version, pointer, true);
    faults.push(...unfit);
    if (unfit.length > 0 || shareOf(rollout, version) > 0) continue;
    faults.push({
      pointer,
      code: 'SAGA.GUARD_COMPARES_NOTHING',
      detail: `Version ${version} gets no share, so there would be nothing to see of it.`,
    });
  }
  return faults;
}

function faultsOfVersion(
  rollout: Rollout,
  known: ReadonlySet<number>,
  version: number,
  pointer: string,
  isGiven: boolean,
): Violation[] {
  if (!known.has(version)) {
    const versions = [...known].join(', ');
    const detail = `This build has no ${rollout.definition} v${version}; it has ${versions}.`;
    return [{ pointer, code: 'SAGA.VERSION_UNKNOWN', detail }];
  }
  if (!isGiven || stateOf(rollout, version) !== 'closed') return [];
  const detail = `Version ${version} is closed for new sagas. Make it active again first.`;
  return [{ pointer, code: 'SAGA.VERSION_CLOSED', detail }];
}

/** What still gives new sagas to a version, in words; empty: it may be closed. */
export function usesOf({ shares, rules, guard }: Rollout, version: number): string[] {
  const share = shares[version] ?? 0;
  return [
    ...(share > 0 ? [`it has a share of ${share} %`] : []),
    ...(rules.some((rule) => rule.version === version) ? ['a rule names it'] : []),
    ...(guard && [guard.candidate, guard.control].includes(version) ? ['a guard watches it'] : []),
  ];
}
