import type { Outcome } from './finding.js';
import type { Simulation } from './simulator.js';
import type { FindingGroup, Tally } from './tally.js';

const words: Readonly<Record<Outcome, string>> = {
  unaffected: 'unaffected',
  'another-path': 'take another path',
  impossible: 'impossible',
  'lacks-handler': 'lack a handler',
  stops: 'stop where nothing was recorded',
};

/** A simulation as a person reads it in a terminal. */
export function simulationText({ definition, version, inFlight, ended }: Simulation): string {
  return [
    `${definition} v${version}, for sagas of other versions`,
    ...part('In flight', inFlight),
    ...part('Ended', ended),
  ].join('\n');
}

/** Whether some saga could not go on under the version, or would stand still there. */
export function isBlocked({ inFlight, ended }: Simulation): boolean {
  return [inFlight, ended].some(({ counts }) => counts.impossible + counts['lacks-handler'] > 0);
}

function part(title: string, { looked, counts, groups }: Tally): string[] {
  const each = Object.entries(words).flatMap(([outcome, text]) => {
    const count = counts[outcome as Outcome];
    return count > 0 ? [`${count} ${text}`] : [];
  });
  return ['', `${title}: ${[`${looked} looked at`, ...each].join(', ')}`, ...groups.flatMap(lines)];
}

function lines({ version, outcome, difference, count, examples }: FindingGroup): string[] {
  const more = count > examples.length ? ', …' : '';
  return [
    `${String(count).padStart(7)}  of v${version} ${words[outcome]}: ${difference ?? ''}`,
    ...(examples.length > 0 ? [`${' '.repeat(9)}${examples.join(', ')}${more}`] : []),
  ];
}
