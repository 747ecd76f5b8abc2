import fc from 'fast-check';
import { verifyDefinition, type SagaDefinition } from '../definition/index.js';
import { History, toyDefinition, type Move, type ToyOptions, type ToyStep } from '../testing/index.js';
import { compareEnded } from './compare-ended.js';
import { compareInFlight } from './compare-in-flight.js';
import type { HasHandler } from './finding.js';
import { courseOf } from './course.js';
import { replay } from './replay.js';

const reserve: ToyStep = { name: 'reserve' };
const charge: ToyStep = {
  name: 'charge',
  kind: 'external',
  retry: { maxAttempts: 3, whenExhausted: 'compensate' },
};
const review: ToyStep = { name: 'review', kind: 'wait' };
const pack: ToyStep = { name: 'pack' };
const ship: ToyStep = { name: 'ship', kind: 'external', phase: 'pivot', undo: true };

const version = (number: number, steps: readonly ToyStep[], options: ToyOptions = {}): SagaDefinition => ({
  ...toyDefinition(steps, options),
  version: number,
});

const all = () => true;
const noPack = (command: string) => command !== 'do-pack';

/** One answer after the other; 9 is a yes, 0 a no, 1 a failure. */
function played(definition: SagaDefinition, answers: readonly number[]): History {
  const saga = new History(definition);
  for (const answer of answers) saga.play({ move: 'go', answer, luck: true });
  return saga;
}

describe('a saga in flight, under a candidate', () => {
  const saga = played(version(1, [reserve, charge, ship]), [9]);
  const compare = (to: SagaDefinition, handlers: HasHandler = all) =>
    compareInFlight(saga.state, saga.definition, to, handlers);

  it('is unaffected where what is left is the same, however patiently it is tried', () => {
    const patient = { ...ship, retry: { maxAttempts: 9 } };
    expect(compare(version(3, [reserve, charge, patient]))).toEqual({
      outcome: 'unaffected', step: null, difference: null,
    }); // prettier-ignore
  });

  it.each([
    ['adds a step', [reserve, charge, pack, ship], 'pack', 'does "pack" in the place of "ship"'],
    ['leaves one out', [reserve, charge], 'ship', 'ends where it would do "ship"'],
    ['does one in another way', [reserve, charge, { ...ship, map: () => ({ by: 'night' }) }], 'ship', 'another input of "ship"'],
    ['undoes one in another way', [reserve, charge, { ...ship, undo: false }], 'ship', 'another compensation of "ship"'],
  ] as const)('goes another way that %s', (_, steps, step, difference) => {
    expect(compare(version(3, steps))).toEqual({ outcome: 'another-path', step, difference });
  }); // prettier-ignore

  it('is impossible where it has diverged, by the first step that differs', () => {
    expect(compare(version(3, [charge, reserve, ship]))).toEqual({
      outcome: 'impossible',
      step: 'charge',
      difference: 'v3 has "charge" before "reserve", and the saga has not',
    });
  });

  it('lacks a handler that its way there needs', () => {
    const to = version(3, [reserve, charge, pack, ship]);
    expect(compare(to, noPack)).toEqual({
      outcome: 'lacks-handler',
      step: 'pack',
      difference: '"pack" needs a handler for do-pack',
    });
    const ended = played(version(1, [reserve, pack, charge]), [9, 9]);
    expect(compareInFlight(ended.state, ended.definition, version(3, [reserve, pack, charge]), noPack).outcome).toBe('unaffected');
  }); // prettier-ignore
});

describe('a saga that has ended, under a candidate', () => {
  const steps = [reserve, charge, ship];
  const happy = played(version(2, steps), [9, 9, 9]).journal;
  const declined = played(version(2, steps), [9, 0, 9, 9, 9]).journal;
  const failing = played(version(2, steps), [9, 1]);
  failing.settle();
  const retried = failing.journal;

  it.each([
    ['went through', happy, 'completed'],
    ['turned back', declined, 'compensated'],
    ['was retried', retried, 'completed'],
  ] as const)('goes the same way under the same steps when it %s', (_, journal, end) => {
    const { state } = replay(version(3, steps), journal);
    expect(state.end).toBe(end);
    expect(compareEnded(journal, version(3, steps), all).outcome).toBe('unaffected');
  });

  it('meets steps in another order with the answers that each of them got', () => {
    const to = version(3, [charge, reserve, ship]);
    expect(replay(to, happy).state.end).toBe('completed');
    expect(compareEnded(happy, to, all)).toEqual({
      outcome: 'another-path',
      step: 'charge',
      difference: 'does "charge" by do-charge where it does "reserve" by do-reserve',
    });
    // The no comes first then, and nothing is there to be undone.
    const { journal, state } = replay(to, declined);
    expect(state.end).toBe('compensated');
    expect(courseOf(journal).map(({ phrase }) => phrase)).not.toContain('undoes "reserve" by undo-reserve');
  });

  it('stops at a step to which nothing was ever answered', () => {
    const to = version(3, [reserve, charge, ship, { ...pack, phase: 'retriable' }]);
    expect(compareEnded(happy, to, all)).toEqual({
      outcome: 'another-path',
      step: 'pack',
      difference: 'does "pack" by do-pack where it ends completed',
    });
    expect(replay(to, happy).state.end).toBeNull();
    const cut = happy.filter((entry) => !(entry.kind === 'succeeded' && entry.unit.name === 'ship'));
    expect(compareEnded(cut, version(3, steps), all)).toMatchObject({ outcome: 'stops', step: 'ship' });
  });

  it('gives up sooner where the candidate tries less often', () => {
    const hasty = { ...charge, retry: { maxAttempts: 1, whenExhausted: 'compensate' as const } };
    expect(compareEnded(retried, version(3, [reserve, hasty, ship]), all)).toMatchObject({
      outcome: 'another-path',
      step: 'charge',
      difference: expect.stringMatching(/^turns back at "charge" for /) as unknown,
    });
  });

  it('takes the branch of a wait that it took, and the cancel where it came', () => {
    const waits = [reserve, review, charge];
    const went = played(version(2, waits), [9, 9, 9]).journal;
    const called = new History(version(2, waits));
    called.play({ move: 'go', answer: 9, luck: true });
    called.play({ move: 'happen', what: 0 });
    called.settle();
    for (const journal of [went, called.journal]) {
      expect(journal.at(-1)?.kind).toMatch(/^comp/);
      expect(compareEnded(journal, version(3, waits), all).outcome).toBe('unaffected');
    }
    expect(compareEnded(went, version(3, [reserve, charge]), all)).toMatchObject({ step: 'charge' });
  });

  it('lacks a handler, or does not fit at all', () => {
    expect(compareEnded(happy, version(3, [reserve, charge, pack, ship]), noPack)).toEqual({
      outcome: 'lacks-handler',
      step: 'pack',
      difference: '"pack" needs a handler for do-pack',
    });
    const picky = { ...version(3, steps), inputSchema: { parse: () => { throw new Error('unfit'); } } }; // prettier-ignore
    expect(compareEnded(happy, picky, all)).toMatchObject({ outcome: 'impossible', step: null });
  });

  it('goes the same way under its own version, whatever has happened to it', () => {
    const step = fc.record({
      kind: fc.constantFrom('local' as const, 'external' as const, 'wait' as const),
      passedOver: fc.nat(6).map((n) => n === 0),
    });
    const definitions = fc
      .tuple(fc.array(step, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([before, pivot]) =>
        version(2, [
          ...before.map(({ kind, passedOver }, index): ToyStep => ({
            name: `step-${index}`,
            kind,
            retry: { maxAttempts: 2, whenExhausted: 'compensate' },
            skipWhen: passedOver ? () => true : null,
          })),
          ...(pivot ? [ship] : []),
        ]),
      );
    // Not what stops its workers, nor a fault of our own: what a definition decides.
    const answer = fc.constantFrom(0, 1, 3, 4, 6, 9, 9, 9);
    const moves = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.record({ move: fc.constant('go' as const), answer, luck: fc.boolean() }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<Move>({ move: 'happen', what: 0 }, { move: 'wait', ms: 70_000 }),
        },
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(definitions, moves, (definition, history) => {
        fc.pre(verifyDefinition(definition).length === 0);
        const saga = new History(definition);
        for (const move of history) saga.play(move);
        saga.settle();
        expect(courseOf(replay(definition, saga.journal).journal)).toEqual(courseOf(saga.journal));
      }),
      { numRuns: 300 },
    );
  });
});
