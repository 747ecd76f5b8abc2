import { isAboutChild, type SagaDefinition } from '../definition/index.js';
import type { Entry } from '../engine/entries.js';
import { openWaits } from '../engine/state.js';
import { pendingUnits } from '../engine/next.js';
import { fits } from '../moving/divergence.js';
import { courseOf } from './course.js';
import { unaffected, withoutHandler, type Finding, type HasHandler } from './finding.js';
import { replay } from './replay.js';

/**
 * What way a saga that has ended would have gone under the candidate, with the answers that it got. Pure.
 * @param journal whole, from its first entry on
 */
export function compareEnded(
  journal: readonly Entry[],
  candidate: SagaDefinition,
  hasHandler: HasHandler,
): Finding {
  const [first] = journal;
  if (first?.kind === 'started' && !fits(candidate.inputSchema, first.input)) {
    const difference = `its input does not fit the schema of v${candidate.version}`;
    return { outcome: 'impossible', step: null, difference };
  }
  const { journal: would, state } = replay(candidate, journal);
  for (const entry of would) {
    if (entry.kind !== 'intended' || isAboutChild(entry.command) || hasHandler(entry.command)) continue;
    return withoutHandler(entry.unit.name, entry.command);
  }
  const was = courseOf(journal);
  const is = courseOf(would);
  const place = is.findIndex(({ phrase }, index) => phrase !== was[index]?.phrase);
  const turn = is[place];
  if (turn) {
    const before = was[place];
    const where = before ? `where it ${before.phrase}` : 'after its end';
    return { outcome: 'another-path', step: turn.step, difference: `${turn.phrase} ${where}` };
  }
  if (is.length >= was.length) return unaffected;
  const step = pendingUnits(state)[0]?.name ?? openWaits(state)[0]?.name ?? null;
  const difference = `no answer was recorded to what it does after "${is.at(-1)?.phrase ?? 'its start'}"`;
  return { outcome: 'stops', step, difference };
}
