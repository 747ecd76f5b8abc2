import { z } from 'zod';
import { defineSaga } from './builder.js';
import { ignore } from './event-answers.js';
import { describeDefinition, fingerprint } from './fingerprint.js';
import { defaultRetryPolicy } from './policy.js';
import type { SagaDefinition, StepDefinition } from './types.js';

function named(wireName: string) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = z.looseObject({});
    constructor(readonly data: Record<string, unknown>) {}
  };
}

const Do = named('toy.do.v1');
const Did = named('toy.did.v1');
const Undo = named('toy.undo.v1');
type Context = { input: { id: string; other: string }; results: { first?: Record<string, unknown> } };

const input = z.object({ id: z.string(), other: z.string() });
const make = (
  map: (context: Context) => Record<string, unknown> = (c) => ({ id: c.input.id, static: 1 }),
  undo: (context: Context) => Record<string, unknown> = (c) => ({ id: c.input.id }),
): SagaDefinition =>
  defineSaga('toy', 1, input)
    .step('first', (s) =>
      s
        .local({ parameters: { a: 1, b: 2 } })
        .action(Do, map)
        .succeeds(Did)
        .skipWhen(({ input: { id, other } }) => id === other)
        .compensation(Undo, undo, Did),
    )
    .retriable('last', (s) =>
      s
        .local()
        .action(Do, ({ results }) => ({ ...results, seen: results.first?.receipt }))
        .succeeds(Did),
    )
    .build();

const base = make();
const alternative = { insteadOf: 'first', on: null, undoTo: null, steps: ['other'] };
const changed = (change: Partial<StepDefinition>): SagaDefinition => ({
  ...base,
  steps: base.steps.map((step, index) => (index === 0 ? { ...step, ...change } : step)),
});

/** An event to which the saga reacts. */
const word: SagaDefinition['events'][number] = {
  event: named('word'),
  answers: { ended: ignore('it is over') },
  otherwise: {
    then: 'react',
    command: Do,
    map: ({ event }) => event,
    succeeds: [Did],
    retry: defaultRetryPolicy,
  },
};

describe('a definition’s fingerprint', () => {
  it('is the same for the same definition, in whatever order its fields were written', () => {
    const reordered = make((c) => ({ static: 1, id: c.input.id }));
    const parameters = changed({ parameters: { b: 2, a: 1 } });
    const backwards = Object.fromEntries(Object.entries(base).reverse()) as unknown as SagaDefinition;

    expect(fingerprint(make())).toBe(fingerprint(base));
    expect(fingerprint(reordered)).toBe(fingerprint(base));
    expect(fingerprint(parameters)).toBe(fingerprint(base));
    expect(fingerprint(backwards)).toBe(fingerprint(base));
    expect(fingerprint(base)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells alternatives apart by their codes and save-points', () => {
    const prints = [alternative, { ...alternative, on: ['NO'] }, { ...alternative, undoTo: 'first' }].map(
      (one) => fingerprint({ ...base, alternatives: [one] }),
    );
    expect(new Set(prints).size).toBe(3);
  });

  it('is what it was before there were alternatives for a definition without one', () => {
    expect(describeDefinition(base)).not.toHaveProperty('alternatives');
  });

  const { retry } = base.steps[0]!;
  it.each<[string, SagaDefinition]>([
    ['where a mapping takes a field from', make((c) => ({ id: c.input.other, static: 1 }))],
    ['a constant of a mapping', make((c) => ({ id: c.input.id, static: 2 }))],
    ['a mapping of a compensation', make(undefined, (c) => ({ id: c.input.other }))],
    ['what a condition looks at', changed({ skipWhen: ({ input: i }) => (i as { id: string }).id === '' })],
    ['whether there is a condition', changed({ skipWhen: null })],
    ['a step’s name', changed({ name: 'renamed' })],
    ['a step’s kind', changed({ kind: 'external' })],
    ['a parameter', changed({ parameters: { a: 1, b: 3 } })],
    ['the number of attempts', changed({ retry: { ...retry, maxAttempts: 6 } })],
    ['the back-off', changed({ retry: { ...retry, backoff: { kind: 'fixed', everyMs: 1 } } })],
    ['a reaction', changed({ retry: { ...retry, reactions: { GONE: 'park' } } })],
    ['a timeout', changed({ attemptTimeoutMs: 1 })],
    ['whom a step calls', changed({ dependency: 'gateway' })],
    ['the order of steps', { ...base, steps: [...base.steps].reverse() }],
    ['a step less', { ...base, steps: base.steps.slice(1) }],
    [
      'the order of undoing',
      { ...base, compensations: base.compensations.map((one) => ({ ...one, after: ['last'] })) },
    ],
    ['an alternative', { ...base, alternatives: [alternative] }],
    ['what is done about an event', { ...base, events: [word] }],
    ['the deadline', { ...base, deadlineMs: 1 }],
    ['the version', { ...base, version: 2 }],
  ])('changes with %s', (_, other) => {
    expect(fingerprint(other)).not.toBe(fingerprint(base));
  });
});

describe('a definition’s description', () => {
  it('shows where each field of an input comes from', () => {
    expect(describeDefinition(base).steps[0]).toMatchObject({
      action: { command: 'toy.do.v1', input: { id: '$.input.id', static: 1 }, succeeds: ['toy.did.v1'] },
      conditional: true,
      conditionReads: ['$.input', '$.input.id', '$.input.other'],
    });
    expect(describeDefinition(base).steps[1]?.action?.input).toEqual({ seen: '$.results.first.receipt' });
  });

  it('shows what is done about an event', () => {
    const [described] = describeDefinition({ ...base, events: [word] }).events;
    expect(described).toMatchObject({
      event: 'word',
      answers: { ended: { then: 'ignore' } },
      otherwise: { then: 'react', command: 'toy.do.v1', input: '$.event', succeeds: ['toy.did.v1'] },
    });
  });

  it('is plain data', () => {
    const description = describeDefinition({ ...base, events: [word] });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});
