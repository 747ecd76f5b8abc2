/** The postal codes at which the sandbox carrier misbehaves, as the HTTP contract names them. */
export const specialCodes = ['REJECT', 'FLAKY', 'LOST', 'DOWN', 'SLOW'] as const;

type SpecialCode = (typeof specialCodes)[number];

/** What the carrier does with a booking request. `lose-answer` acts, and the answer never arrives. */
export type Behaviour = 'answer' | 'fail' | 'fail-twice' | 'refuse' | 'lose-answer' | 'take-long';

const behaviours = {
  REJECT: 'refuse',
  FLAKY: 'fail-twice',
  LOST: 'lose-answer',
  DOWN: 'fail',
  SLOW: 'take-long',
} as const satisfies Record<SpecialCode, Behaviour>;

/** @param special false: special codes act like ordinary ones */
export function behaviourAt(postalCode: string, special: boolean): Behaviour {
  const code = specialCodes.find((known) => known === postalCode);
  return special && code ? behaviours[code] : 'answer';
}
