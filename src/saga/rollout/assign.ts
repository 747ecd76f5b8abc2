import { createHash } from 'node:crypto';
import type { Rollout, RuleCondition } from './rollout.js';
import type { AssignedBy, Subject } from './subject.js';

/** Whom a version is for: the saga's business key, and what else is known of it. */
export interface Candidate {
  readonly key: string;
  readonly subject: Subject;
}

export interface Choice {
  readonly version: number;
  readonly by: AssignedBy;
  /** The version that it was to get, when the build lacks it; else null. */
  readonly lacking: number | null;
}

/**
 * The version of a new saga. Pure: the same candidate gets the same version as long as the rollout stays.
 *
 * Rules come first, then shares. The newest version has the lowest buckets, so that ramping it up only adds candidates
 * to it, and ramping it down only takes some away.
 *
 * @param known the versions that this build has
 * @returns null when the build has none that may get new sagas
 */
export function assign(
  rollout: Rollout,
  known: ReadonlySet<number>,
  { key, subject }: Candidate,
): Choice | null {
  const rule = rollout.rules.find(({ when }) => fits(when, subject));
  if (rule && known.has(rule.version)) return { version: rule.version, by: 'rule', lacking: null };
  const stickTo = rollout.stickyBy === 'customer' ? (subject.customer ?? key) : key;
  const holders = Object.entries(rollout.shares)
    .map(([version, share]) => ({ version: Number(version), share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.version - a.version);
  const place = placeOf(bucketOf(rollout.definition, stickTo), holders);
  const holder = holders[place]?.version ?? null;
  if (!rule && holder !== null && known.has(holder)) return { version: holder, by: 'share', lacking: null };
  // The next one on, so that those whom it falls to are spread as the shares are.
  const next = [...holders.slice(place), ...holders.slice(0, place)].find(({ version }) =>
    known.has(version),
  );
  const version = next?.version ?? newestOpen(rollout, known);
  return version === null ? null : { version, by: 'fallback', lacking: rule?.version ?? holder };
}

/** Where in [0, 100) a key stands: spread evenly, and for each definition in another way. */
export function bucketOf(definition: string, key: string): number {
  const hash = createHash('sha256').update(`${definition}:${key}`).digest();
  return (hash.readUIntBE(0, 6) / 2 ** 48) * 100;
}

function placeOf(bucket: number, holders: readonly { readonly share: number }[]): number {
  let upTo = 0;
  const place = holders.findIndex(({ share }) => bucket < (upTo += share));
  return Math.max(0, place);
}

function newestOpen({ states }: Rollout, known: ReadonlySet<number>): number | null {
  const open = [...known].filter((version) => states[version] !== 'closed');
  return open.length === 0 ? null : Math.max(...open);
}

function fits(when: RuleCondition, { customer, headers, flags }: Subject): boolean {
  if ('customer' in when) return customer !== null && when.customer.includes(customer);
  if ('flag' in when) return flags.includes(when.flag);
  const value = headers[when.header.name.toLowerCase()];
  return [value ?? []].flat().some((one) => when.header.values.includes(one));
}
