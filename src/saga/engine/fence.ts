import type { OwnedRow } from '../store/saga-store.js';
import type { Work } from './owned-saga.js';

/** How far the lock's clock may be from the one that a wave went ahead with. */
const clockToleranceMs = 1_000;

/** The rows of a wave's sagas, locked, by id; one that is not this worker's any more is missing. */
export type Fence = ReadonlyMap<string, OwnedRow>;

/** What a wave went ahead with was not so. */
export class NotAsKnown extends Error {}

/** Whether a wave may go ahead with it: an outcome of its last commit, or a call's answer. Stimuli are about the clock. */
export function isKnown({ kind, saga }: Work): boolean {
  return kind !== 'stimulate' && saga.revision >= 0;
}

/** @param now the time that was gone by */
export function isAsKnown(works: readonly Work[], fence: Fence, now: number): boolean {
  return works.every(({ saga }) => {
    const row = fence.get(saga.id);
    if (row?.revision !== saga.revision || row.length !== saga.state.length) return false;
    const passed = row.now.getTime() - now;
    return passed >= 0 && passed < clockToleranceMs;
  });
}

/** A request may have had one of the rows while the first was locked already. */
export function latestOf(fence: Fence): Date {
  return new Date(Math.max(...[...fence.values()].map((row) => row.now.getTime())));
}
