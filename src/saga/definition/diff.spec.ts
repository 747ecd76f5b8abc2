import { z } from 'zod';
import { defineSaga } from './builder.js';
import { diffDefinitions } from './diff.js';
import { describeDefinition } from './fingerprint.js';
import type { SagaDefinition, StepDefinition } from './types.js';

function named(wireName: string) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = z.looseObject({});
    constructor(readonly data: object) {}
  };
}

const Done = named('toy.done.v1');
const did = (name: string) => named(`toy.${name}.v1`);

const base = defineSaga('toy', 1, z.object({ id: z.string() }))
  .step('check', (s) =>
    s
      .local()
      .action(did('check'), ({ input }) => ({ id: input.id }))
      .succeeds(Done)
      .noCompensation('it only reads'),
  )
  .step('take', (s) =>
    s
      .local()
      .action(did('take'), ({ input }) => ({ id: input.id }))
      .succeeds(Done)
      .compensation(did('give-back'), ({ input }) => ({ id: input.id }), Done),
  )
  .retriable('tell', (s) =>
    s
      .local()
      .action(did('tell'), ({ input }) => ({ id: input.id }))
      .succeeds(Done),
  )
  .build();

const [check, take, tell] = base.steps as [StepDefinition, StepDefinition, StepDefinition];
const next = (change: Partial<SagaDefinition>): SagaDefinition => ({ ...base, version: 2, ...change });
const diff = (to: SagaDefinition, from: SagaDefinition = base) =>
  diffDefinitions(describeDefinition(from), describeDefinition(to));

describe('the difference of two versions', () => {
  it('is none for the same steps', () => {
    expect(diff(next({}))).toEqual({
      name: 'toy',
      from: 1,
      to: 2,
      ...{ added: [], removed: [], moved: [], changed: [], others: [] },
      text: 'toy v1 → v2: no difference',
    });
  });

  it('names steps that are new, and those that are gone, with their place and what undoes them', () => {
    const weigh = { ...check, name: 'weigh', action: { ...check.action!, command: did('weigh') } };
    const to = next({ steps: [check, weigh, tell], compensations: [] });
    expect(diff(to)).toMatchObject({
      added: [{ step: 'weigh', after: 'check', kind: 'local', command: 'toy.weigh.v1', undoneBy: null }],
      removed: [{ step: 'take', after: 'check', command: 'toy.take.v1', undoneBy: 'toy.give-back.v1' }],
      moved: [],
      changed: [],
    });
    expect(diff(to).text.split('\n')).toEqual([
      'toy v1 → v2',
      '+ weigh, after check: compensatable, local, toy.weigh.v1',
      '- take, after check: compensatable, local, toy.take.v1, undone by toy.give-back.v1',
    ]);
  });

  it('says of as few steps as possible that they have moved', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => ({ ...check, name }));
    const [a, b, c, d] = many as [StepDefinition, StepDefinition, StepDefinition, StepDefinition];
    const from = { ...base, steps: many };
    expect(diff(next({ steps: [d, a, b, c] }), from).moved).toEqual([
      { step: 'd', after: { from: 'c', to: null } },
    ]);
    expect(diff(next({ steps: [b, c, d, a] }), from).text).toBe('toy v1 → v2\n> a: was first, is after d');
  });

  it('takes no step for moved only because another one came or went before it', () => {
    expect(diff(next({ steps: [take, tell] })).moved).toEqual([]);
  });

  it.each<[string, Partial<StepDefinition>, object]>([
    [
      'another handler',
      { action: { ...take.action!, command: did('grab') } },
      { aspect: 'handler', field: 'action.command', from: 'toy.take.v1', to: 'toy.grab.v1' },
    ],
    [
      'another input',
      { action: { ...take.action!, map: () => ({ id: 'fixed' }) } },
      { aspect: 'input', field: 'action.input.id', from: '$.input.id', to: 'fixed' },
    ],
    [
      'another policy',
      { retry: { ...take.retry, maxAttempts: 9 } },
      { aspect: 'policy', field: 'retry.maxAttempts', from: 5, to: 9 },
    ],
    [
      'a condition',
      { skipWhen: () => true },
      { aspect: 'condition', field: 'conditional', from: false, to: true },
    ],
    ['another kind', { kind: 'external' }, { aspect: 'place', field: 'kind', from: 'local', to: 'external' }],
  ])('shows %s of a step', (_, change, expected) => {
    const to = next({ steps: [check, { ...take, ...change }, tell] });
    const [changed, ...others] = diff(to).changed;
    expect(others).toEqual([]);
    expect(changed).toMatchObject({ step: 'take' });
    expect(changed!.changes).toContainEqual(expected);
  });

  it('shows another compensation, and that there is none any more', () => {
    const [undo] = base.compensations;
    const other = next({ compensations: [{ ...undo!, command: did('put-back') }] });
    expect(diff(other).text).toBe(
      'toy v1 → v2\n~ take: compensation.command toy.give-back.v1 → toy.put-back.v1',
    );
    expect(diff(next({ compensations: [] })).text).toBe(
      'toy v1 → v2\n~ take: compensation toy.give-back.v1 → none',
    );
  });

  it('shows what is different beside the steps', () => {
    const to = next({ deadlineMs: 5_000, unexpected: { then: 'ignore', reason: 'it is late' } });
    expect(diff(to).others).toEqual([
      { aspect: 'definition', field: 'deadlineMs', from: null, to: 5_000 },
      { aspect: 'definition', field: 'unexpected', from: null, to: { then: 'ignore', reason: 'it is late' } },
    ]);
  });
});
