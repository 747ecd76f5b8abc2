import { goesOn, ignore, keep, parks, type SagaDefinition } from '../definition/index.js';
import { decide } from '../engine/decide.js';
import { fold } from '../engine/evolve.js';
import { MoveRefused, StimulusRefused } from '../engine/stimulus.js';
import {
  History,
  toyDefinition,
  toyMessage,
  wordReactedTo,
  type ToyOptions,
  type ToyStep,
} from '../testing/index.js';

const version = (number: number, steps: readonly ToyStep[], options: ToyOptions = {}): SagaDefinition => ({
  ...toyDefinition(steps, options),
  version: number,
});

const reserve: ToyStep = { name: 'reserve' };
const charge: ToyStep = { name: 'charge', kind: 'external' };
const review: ToyStep = { name: 'review', kind: 'wait' };
const pack: ToyStep = { name: 'pack' };
const ship: ToyStep = { name: 'ship', kind: 'external', phase: 'pivot', undo: true };
const tell: ToyStep = { name: 'tell', phase: 'retriable' };

/** Goes well so many times; a wait is ended by its event. */
function after(turns: number, definition: SagaDefinition): History {
  const saga = new History(definition);
  for (let turn = 0; turn < turns; turn++) saga.play({ move: 'go', answer: 9, luck: true });
  return saga;
}

const refusal = (saga: History, to: SagaDefinition) => {
  const refused = saga.move(to);
  return refused instanceof MoveRefused ? [refused.step, refused.why] : (refused?.code ?? null);
};

describe('a move to another version', () => {
  it('is allowed where only what is yet to come differs, and the saga ends in the way of the other version', () => {
    const saga = after(1, version(1, [reserve, charge, ship, tell]));
    expect(refusal(saga, version(2, [reserve, charge, pack, ship, tell]))).toBeNull();
    expect(saga.journal.at(-1)).toMatchObject({ kind: 'moved', from: 1, to: 2, by: 'supervisor' });
    expect(saga.state.version).toBe(2);
    saga.settle();
    expect(saga.state.end).toBe('completed');
    expect(saga.state.steps.map(({ name }) => name)).toEqual(['reserve', 'charge', 'pack', 'ship', 'tell']);
  });

  it('leads back again, and nothing but the version has changed', () => {
    const one = version(1, [reserve, charge, ship]);
    const two = version(2, [reserve, charge, pack, ship]);
    const saga = after(1, one);
    const before = saga.state;
    expect(refusal(saga, two)).toBeNull();
    expect(refusal(saga, one)).toBeNull();
    const { length, updatedAt } = saga.state;
    expect(saga.state).toEqual({ ...before, length, updatedAt });
    expect(length).toBe(before.length + 2);
    expect(fold(saga.journal)).toEqual(saga.state);
  });

  it('undoes in reverse what was done under both versions', () => {
    const early = after(1, version(1, [reserve, charge, ship]));
    early.move(version(2, [reserve, charge, pack, ship]));
    early.play({ move: 'go', answer: 9, luck: true });
    early.play({ move: 'go', answer: 9, luck: true });
    early.play({ move: 'go', answer: 0, luck: false });
    early.settle();
    expect(early.state.end).toBe('compensated');
    const undone = early.journal.flatMap((entry) =>
      entry.kind === 'succeeded' && entry.unit.role === 'compensation' ? [entry.unit.name] : [],
    );
    expect(undone).toEqual(['pack', 'charge', 'reserve']);
  });

  it('is refused to a saga that has ended, and to the version that it has', () => {
    const one = version(1, [reserve]);
    expect(refusal(after(0, one), one)).toBe('SAGA.SAME_VERSION');
    const ended = after(1, one);
    ended.settle();
    expect(refusal(ended, version(2, [reserve]))).toBe('SAGA.ENDED');
  });

  it('has a parked mapping mended by a version that maps otherwise', () => {
    const broken = { ...pack, map: () => { throw new Error('The mapping exploded.'); } }; // prettier-ignore
    const saga = after(1, version(1, [reserve, broken]));
    expect(saga.state.fault).toMatchObject({ message: 'The mapping exploded.' });
    expect(refusal(saga, version(2, [reserve, pack]))).toBeNull();
    saga.settle();
    expect(saga.state.end).toBe('completed');
  });
});

interface Case {
  readonly steps: readonly ToyStep[];
  readonly turns: number;
  readonly to: readonly ToyStep[];
  readonly step: string | null;
  readonly why: RegExp;
  readonly options?: ToyOptions;
  readonly toOptions?: ToyOptions;
  readonly also?: (saga: History) => void;
}

const word = (saga: History) => saga.play({ move: 'happen', what: 17 });
const branch = (name: string, of: string): ToyStep => ({ name, branch: { group: 'both', branch: of } });

const refused: Readonly<Record<string, Case>> = {
  'a step that was done is not in the version': {
    steps: [reserve, pack, charge], turns: 2, to: [reserve, charge], step: 'pack', why: /has no step "pack"/,
  },
  'a step comes before one that was done': {
    steps: [reserve, pack, charge], turns: 2, to: [reserve, charge, pack], step: 'charge',
    why: /"charge" before "pack", and the saga has not/,
  },
  'what is outstanding comes later in the version': {
    steps: [charge, ship], turns: 0, to: [reserve, charge, ship], step: 'reserve', why: /"reserve" before "charge"/,
  },
  'two steps were done in the other order': {
    steps: [reserve, pack, charge], turns: 2, to: [pack, reserve, charge], step: 'pack', why: /"pack" before "reserve"/,
  },
  'a step is of another kind': {
    steps: [reserve, charge], turns: 1, to: [{ ...reserve, kind: 'external' }, charge], step: 'reserve',
    why: /is of the kind external, not local/,
  },
  'a step that was done is the point of no return': {
    steps: [reserve, charge, ship], turns: 1, to: [{ ...reserve, phase: 'pivot' }, { ...tell, name: 'charge', kind: 'external' }],
    step: 'reserve', why: /is pivot, not compensatable/,
  },
  'the point of no return was passed, and is still to come in the version': {
    steps: [reserve, { ...pack, phase: 'pivot', undo: false }, { ...charge, phase: 'retriable' }], turns: 2,
    to: [reserve, pack, charge], step: 'pack', why: /is compensatable, not pivot/,
  },
  'what was done is not undone': {
    steps: [reserve, charge], turns: 1, to: [{ ...reserve, undo: false }, charge], step: 'reserve', why: /is not undone/,
  },
  'what was done is undone, and nothing was stored for that': {
    steps: [{ ...reserve, undo: false }, charge], turns: 1, to: [reserve, charge], step: 'reserve',
    why: /is undone, and nothing was stored/,
  },
  'what may be on its way outside is undone, and nothing was stored for that': {
    steps: [{ ...charge, undo: false }, pack], turns: 0, to: [charge, pack], step: 'charge', why: /nothing was stored/,
  },
  'the undoing takes another input': {
    steps: [reserve, charge], turns: 1,
    to: [{ ...reserve, undoCheck: () => { throw new Error('unfit'); } }, charge], // prettier-ignore
    step: 'reserve', why: /does not take what is stored/,
  },
  'the undoing is a call, and was none': {
    steps: [reserve, charge], turns: 1, to: [{ ...reserve, undoKind: 'external' }, charge], step: 'reserve',
    why: /by a command that is external, not local/,
  },
  'the undoing has to come after another one': {
    steps: [reserve, charge, ship], turns: 2, to: [{ ...reserve, after: ['charge'] }, charge, ship], step: 'reserve',
    why: /undone after other steps/,
  },
  'a step was passed over that the version does': {
    steps: [reserve, { ...pack, skipWhen: () => true }, charge], turns: 1, to: [reserve, pack, charge], step: 'pack',
    why: /does not pass "pack" over/,
  },
  'a step was done that the version passes over': {
    steps: [reserve, charge], turns: 1, to: [{ ...reserve, skipWhen: () => true }, charge], step: 'reserve',
    why: /passes "reserve" over/,
  },
  'the condition of the version fails': {
    steps: [reserve, charge], turns: 1,
    to: [{ ...reserve, skipWhen: () => { throw new Error('no'); } }, charge], // prettier-ignore
    step: 'reserve', why: /condition of "reserve" in v2 fails/,
  },
  'it waits for something else': {
    steps: [review, charge], turns: 0, to: [{ ...review, overdue: parks('TOY.LATE', 'Late.') }, charge], step: 'review',
    why: /waits for something else/,
  },
  'its time was up, and the version does not go on then': {
    steps: [{ ...review, overdue: goesOn() }, charge], turns: 0, to: [review, charge], step: 'review',
    why: /does not go on when its time is up/,
    also: (saga) => {
      saga.play({ move: 'wait', ms: 60_001 });
      saga.play({ move: 'go', answer: 9, luck: true });
    },
  },
  'the other side has accepted it, and the version does not wait for that': {
    steps: [{ ...charge, confirmed: { withinMs: 9e6, askEveryMs: 9e5, overdue: parks('TOY.LATE', 'Late.') } }], turns: 0,
    to: [charge], step: 'charge', why: /is not waited for once it was accepted/,
    also: (saga) => saga.play({ move: 'go', answer: 5, luck: false }),
  },
  'it is held for another side': {
    steps: [charge], turns: 0, to: [charge], step: 'charge', why: /is not held for outside/,
    also: (saga) => saga.play({ move: 'hold', made: true }),
  },
  'a group that was entered has another branch': {
    steps: [branch('a', '1'), branch('b', '2'), charge], turns: 1,
    to: [branch('a', '1'), branch('b', '2'), branch('c', '3'), charge], step: 'a',
    why: /stands in a group or alternative that v2 has in another form/,
  },
  'an alternative that was taken has another form': {
    steps: [reserve, charge, pack], turns: 1, options: { alternatives: [{ insteadOf: 'charge', steps: [{ name: 'invoice' }] }] },
    to: [reserve, charge, pack],
    toOptions: { alternatives: [{ insteadOf: 'charge', steps: [{ name: 'invoice' }, { name: 'remind' }] }] },
    step: 'charge', why: /in another form/,
    also: (saga) => saga.play({ move: 'go', answer: 0, luck: false }),
  },
  'the business is told otherwise': {
    steps: [reserve, charge], turns: 1, to: [reserve, charge], toOptions: { closings: ['undone'] }, step: 'charge',
    why: /tells the business otherwise that it is undoing/,
    also: (saga) => {
      saga.play({ move: 'go', answer: 0, luck: false });
    },
  },
  'it turned back at a step that stands elsewhere': {
    steps: [reserve, charge, pack], turns: 1,
    to: [reserve, charge, pack], step: 'charge', why: /"charge" stands at another place/,
    toOptions: { alternatives: [{ insteadOf: 'reserve', steps: [{ name: 'borrow' }] }] },
    also: (saga) => saga.play({ move: 'go', answer: 0, luck: false }),
  },
  'its input does not fit': {
    steps: [reserve], turns: 0, to: [reserve], step: null, why: /input does not fit/,
  },
  'it keeps an event that the version does not hear': {
    steps: [reserve, review], turns: 0, to: [reserve, charge], step: null, why: /keeps came-review/,
    options: { events: [{ event: toyMessage('came-review'), answers: { reserve: keep(60_000) }, otherwise: ignore('no') }] },
    also: (saga) => saga.play({ move: 'happen', what: 14 }),
  },
  'it owes a reaction that the version does not have': {
    steps: [reserve, charge], turns: 0, to: [reserve, charge], step: 'reserve', why: /owes a reaction to word/,
    options: { events: [wordReactedTo()] },
    also: word,
  },
}; // prettier-ignore

describe('a move is refused, naming the first step that differs, when', () => {
  it.each(Object.entries(refused))(
    '%s',
    (name, { steps, turns, to, step, why, options, toOptions, also }) => {
      const saga = after(turns, version(1, steps, options));
      also?.(saga);
      const before = saga.state;
      let target = version(2, to, toOptions);
      if (name === 'its input does not fit') {
        target = { ...target, inputSchema: { parse: () => { throw new Error('unfit'); } } }; // prettier-ignore
      }
      const [named, reason] = refusal(saga, target) as [string | null, string];
      expect(reason).toMatch(why);
      expect(named).toBe(step);
      expect(saga.state).toEqual(before);
    },
  );

  it('the recorded result fits no outcome of the version, or another command would end in it', () => {
    const one = version(1, [reserve, charge]);
    const unfit = toyMessage('did-reserve', () => { throw new Error('unfit'); }); // prettier-ignore
    const change = (change: object) => ({
      ...one,
      version: 2,
      steps: one.steps.map((step) => (step.name === 'reserve' ? { ...step, action: { ...step.action!, ...change } } : step)),
    }); // prettier-ignore
    expect(refusal(after(1, one), change({ succeeds: [unfit] }))).toEqual([
      'reserve',
      '"reserve" has no outcome that the recorded result fits in v2',
    ]);
    expect(refusal(after(1, one), change({ succeeds: [toyMessage('was-reserved')] }))).toEqual([
      'reserve',
      '"reserve" has no outcome that the recorded result fits in v2',
    ]);
    expect(refusal(after(0, one), change({ command: toyMessage('hold') }))).toEqual([
      'reserve',
      '"reserve" is not carried out by do-reserve; wait until it is settled: it is another command in v2',
    ]);
  });

  it('a worker may have a call of it under way', () => {
    const one = version(1, [charge]);
    const { state, env } = after(0, one);
    const asked = { kind: 'move', to: version(2, [charge, pack]), by: 'x', reason: 'y' } as const;
    expect(decide(one, state, asked, env).entries).toHaveLength(1);
    expect(() => decide(one, state, { ...asked, owned: true }, env)).toThrow(
      expect.objectContaining({ code: 'SAGA.UNDER_WAY' }) as StimulusRefused,
    );
  });
});
