import type { SagaDefinition, StepDefinition } from '../definition/index.js';
import { Rehearsal, rejects, toyDefinition } from '../testing/index.js';
import { rederive } from './rederive.js';

interface Input {
  readonly amount: number;
  readonly limit: number;
}

type Context = { readonly input: unknown };
const given = ({ input }: Context) => input as Input;

const toy = toyDefinition(
  [
    { name: 'look', skipWhen: (context) => given(context).amount <= given(context).limit },
    { name: 'take', map: (context) => ({ half: given(context).amount / 2 }) },
    { name: 'send', kind: 'external', phase: 'pivot', rejects: true },
  ],
  { closings: ['undone'] },
);

function changed(name: string, change: Partial<StepDefinition>): SagaDefinition {
  return { ...toy, steps: toy.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) };
}

function recorded(input: Input) {
  return new Rehearsal(toy, input).when('send', rejects('TOY.NO')).otherwiseSucceeding().run().journal;
}

const atTheLimit = recorded({ amount: 10, limit: 10 });
const above = recorded({ amount: 11, limit: 10 });

describe('a recorded journal', () => {
  it('says nothing to the definition that it was recorded of', () => {
    expect(rederive(toy, atTheLimit)).toEqual([]);
    expect(rederive(toy, above)).toEqual([]);
  });

  it('shows that a condition compares in another way', () => {
    const strict = changed('look', { skipWhen: (context) => given(context).amount < given(context).limit });
    expect(rederive(strict, atTheLimit)).toEqual(['look was passed over, and is entered now']);
    const generous = changed('look', {
      skipWhen: (context) => given(context).amount <= given(context).limit + 1,
    });
    expect(rederive(generous, above)).toEqual(['look was entered, and is passed over now']);
  });

  it('shows that a mapping reckons in another way', () => {
    const step = toy.steps.find(({ name }) => name === 'take')!;
    const third = changed('take', {
      action: { ...step.action!, map: (context) => ({ half: given(context).amount / 3 }) },
    });
    expect(rederive(third, recorded({ amount: 12, limit: 20 }))).toEqual([
      'the input of action take was {"half":6}, and is {"half":4} now',
    ]);
  });

  it('shows that an undo is made in another way', () => {
    const [first, ...others] = toy.compensations.filter(({ step }) => step === 'take');
    expect(others).toEqual([]);
    const compensations = [
      ...toy.compensations.filter(({ step }) => step !== 'take'),
      { ...first!, map: () => ({ all: true }) },
    ];
    const [fault] = rederive({ ...toy, compensations }, atTheLimit);
    expect(fault).toContain('the undo of take was ');
  });

  it('shows that the business is told in another way', () => {
    const [closing] = toy.closings;
    const closings = [{ ...closing!, map: () => ({ told: 'otherwise' }) }];
    const [fault] = rederive({ ...toy, closings }, atTheLimit);
    expect(fault).toContain('the input of closing undone was ');
  });
});
