import fc from 'fast-check';
import { goesOn, ignore, keep, parks, verifyDefinition } from '../definition/index.js';
import {
  History,
  toyDefinition,
  toyMessage,
  wordReactedTo,
  type Move,
  type ToyStep,
} from '../testing/index.js';

/** Sagas that mostly wait, before the pivot and after it. */
const definitions = fc
  .array(
    fc.record({
      kind: fc.constantFrom('local' as const, 'wait' as const, 'timer' as const),
      parks: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((shapes) => fc.record({ shapes: fc.constant(shapes), forwardFrom: fc.nat(shapes.length) }))
  .map(({ shapes, forwardFrom }) => {
    const steps = shapes.map(({ kind, parks: parked }, index): ToyStep => {
      const phase = index < forwardFrom ? 'compensatable' : 'retriable';
      const overdue = parked ? parks('TOY.LATE', 'Nobody came.') : goesOn();
      return { name: `step-${index}`, kind, phase, deadlineMs: 5_000, overdue };
    });
    const words = wordReactedTo();
    const events = steps.map(({ name }, index) => ({
      event: toyMessage(`came-${name}`),
      answers: Object.fromEntries(
        steps[index]!.kind === 'wait' ? steps.slice(0, index).map((step) => [step.name, keep(4_000)]) : [],
      ),
      otherwise: ignore('a toy'),
    }));
    return toyDefinition(steps, { events: [...events, words], rollover: { everyMs: 2_000, atEntries: 7 } });
  });

/** Of all that may happen, by their place in `History.happen`: pause, resume, and the events. */
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    fc.record({ move: fc.constant('go' as const), answer: fc.constant(9), luck: fc.constant(true) }),
    fc.record({ move: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({
      move: fc.constant('happen' as const),
      what: fc.constantFrom(1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18),
    }),
  ),
  { maxLength: 40 },
);

describe('waits and events, over generated definitions and histories', () => {
  it('end each wait once, take in each event once, and always lead to an end', () => {
    fc.assert(
      fc.property(definitions, moves, (definition, history) => {
        expect(verifyDefinition(definition)).toEqual([]);
        const saga = new History(definition);
        for (const move of history) saga.play(move);
        saga.settle();

        expect(saga.state.end).toBe(saga.state.cause ? 'compensated' : 'completed');
      }),
      { numRuns: 500 },
    );
  });
});
