import { carry } from './carried-state.js';
import type { Entry } from './entries.js';
import type { Transition } from './transition.js';

type Continued = Extract<Entry, { readonly kind: 'continued' }>;

/** So in whichever commit its segment becomes too long. */
export function rollOverIfLong(t: Transition): void {
  const { length, segment } = t.state;
  if (t.entries.length > 0 && length - segment.from + 1 >= t.definition.rollover.atEntries)
    rollOver(t, 'size');
}

/** Nothing when it is not time yet: of several who ask, one does it. */
export function rollOverIfOld(t: Transition): void {
  const { everyMs } = t.definition.rollover;
  if (Date.parse(t.state.segment.at) + everyMs <= Date.parse(t.env.now)) rollOver(t, 'age');
}

/** The same saga goes on, under the same numbers and references: only what has to be read of it begins here. */
function rollOver(t: Transition, why: Continued['why']): void {
  if (t.state.end) return;
  t.add({ kind: 'continued', segment: t.state.segment.number + 1, why, state: carry(t.state) });
}
