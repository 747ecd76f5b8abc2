import { stateOf, versionsGivenBy, type Rollout, type RuleCondition } from './rollout.js';

/** Sagas in flight of one definition. */
export interface InFlight {
  readonly version: number;
  readonly status: string;
  readonly count: number;
}

/** What a rollout means, in sentences: for those to come, and for those that are under way. */
export function consequencesOf(rollout: Rollout, inFlight: readonly InFlight[]): string[] {
  const { shares, rules, guard, breach } = rollout;
  const given = Object.entries(shares)
    .map(([version, share]) => ({ version: Number(version), share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.version - a.version);
  const deprecated = versionsGivenBy(rollout).filter((version) => stateOf(rollout, version) === 'deprecated');
  return [
    `From the next one on ${list(given.map(({ version, share }) => `${share} % get v${version}`))}.`,
    ...rules.map(({ when, version }) => `Before that, ${wordsOf(when)} gets v${version}.`),
    ...deprecated.map((version) => `v${version} is deprecated, and still gets new ones.`),
    ...(guard ? [`A guard takes v${guard.candidate} back to v${guard.control} when it breaks a limit.`] : []),
    ...(breach
      ? [`The guard took v${breach.guard.candidate} back: its rate of ${breach.metric} was too high.`]
      : []),
    ...[...new Set(inFlight.map(({ version }) => version))]
      .sort((a, b) => a - b)
      .map((version) => {
        const mine = inFlight.filter((some) => some.version === version);
        const all = mine.reduce((sum, { count }) => sum + count, 0);
        const statuses = mine.map(({ status, count }) => `${count} ${status}`).join(', ');
        return `${all} in flight on v${version} (${statuses}) go on with it to their end.`;
      }),
  ];
}

function wordsOf(when: RuleCondition): string {
  if ('customer' in when) return `whoever is one of ${when.customer.length} customers`;
  if ('flag' in when) return `whoever has the flag "${when.flag}"`;
  return `whoever sends the header ${when.header.name} with one of ${when.header.values.length} values`;
}

function list(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? 'nobody gets any')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
