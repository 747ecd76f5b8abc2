/** The postal codes at which the sandbox carrier misbehaves, as the HTTP contract names them. */
export const specialCodes = ['REJECT', 'FLAKY', 'LOST', 'DOWN', 'SLOW', 'LATER'] as const;

type SpecialCode = (typeof specialCodes)[number];

/**
 * What the carrier does with a booking request. `lose-answer` acts, and the answer never arrives; `book-later` says that
 * it has the request, books in a while, and tells by webhook.
 */
export type Behaviour =
  'answer' | 'fail' | 'fail-twice' | 'refuse' | 'lose-answer' | 'take-long' | 'book-later';

const behaviours = {
  REJECT: 'refuse',
  FLAKY: 'fail-twice',
  LOST: 'lose-answer',
  DOWN: 'fail',
  SLOW: 'take-long',
  LATER: 'book-later',
} as const satisfies Record<SpecialCode, Behaviour>;

/** @param special false: special codes act like ordinary ones */
export function behaviourAt(postalCode: string, special: boolean): Behaviour {
  const code = specialCodes.find((known) => known === postalCode);
  return special && code ? behaviours[code] : 'answer';
}
