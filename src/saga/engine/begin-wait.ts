import type { MappingContext, WaitDefinition } from '../definition/index.js';
import type { Transition } from './transition.js';

/** Begins a step's wait, or gives it its time once more. Its end is reckoned once and stored. */
export function beginWait(
  t: Transition,
  step: string,
  { cases, lasts }: WaitDefinition,
  context: MappingContext,
): void {
  const until = t.mapOrPark(() => ('ms' in lasts ? t.after(lasts.ms) : timeOf(step, lasts.until(context))));
  if (!until) return;
  t.add({ kind: 'waiting', step, until: until.value, for: cases.map(({ event }) => event.wireName) });
}

/** @throws Error for what is no time */
function timeOf(step: string, value: unknown): string {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new Error(`"${step}" is to wait until ${String(value)}, which is no time.`);
  return new Date(time).toISOString();
}
