import { defaultRetryPolicy } from './policy.js';
import { defaultRollover } from './rollover.js';
import type { AlternativeDefinition, Phase, SagaDefinition, StepDefinition } from './types.js';
import { verifyDefinition } from './verifier.js';

function named(wireName: string) {
  return class {
    static readonly wireName = wireName;
    static readonly schema = { parse: (value: unknown) => value };
    constructor(readonly data: unknown) {}
  };
}

function step(
  name: string,
  phase: Phase = 'compensatable',
  map: (context: { results: Readonly<Record<string, unknown>> }) => unknown = () => ({}),
): StepDefinition {
  return {
    name,
    phase,
    kind: 'local',
    action: { command: named(`do-${name}`), map, succeeds: [named(`did-${name}`)], rejects: null },
    wait: null,
    skipWhen: null,
    noCompensation: phase === 'compensatable' ? 'toy' : null,
    retry: defaultRetryPolicy,
    attemptTimeoutMs: 1,
    heartbeatTimeoutMs: null,
    keyProtectionMs: 1,
    dependency: null,
    child: null,
    branch: null,
    confirmed: null,
    parameters: {},
  };
}

const a = step('a');
const b = { ...step('b'), retry: { ...defaultRetryPolicy, reactions: { GONE: 'park' as const } } };
const p = step('p', 'pivot');
const r = step('r', 'retriable');
const x = step('x');
const y = step('y');
const q = step('q', 'pivot');
const reading = (name: string) => step('x', 'compensatable', ({ results }) => ({ seen: results[name] }));

interface Branch extends Partial<Omit<AlternativeDefinition, 'steps'>> {
  readonly insteadOf: string;
  readonly steps: readonly StepDefinition[];
}

/** a, b, p, r with these alternatives, each right after its step. */
function saga(...branches: Branch[]): SagaDefinition {
  const withBranches = (one: StepDefinition): StepDefinition[] => [
    one,
    ...branches.flatMap(({ insteadOf, steps }) =>
      insteadOf === one.name ? steps.flatMap(withBranches) : [],
    ),
  ];
  return {
    name: 'toy',
    version: 1,
    inputSchema: { parse: (value) => value },
    startedBy: null,
    steps: [a, b, p, r].flatMap(withBranches),
    alternatives: branches.map(({ on = null, undoTo = null, insteadOf, steps }) => ({
      insteadOf,
      on,
      undoTo,
      steps: steps.map(({ name }) => name),
    })),
    compensations: [],
    closings: [],
    events: [],
    unexpected: null,
    deadlineMs: null,
    rollover: defaultRollover,
  };
}

const found = (definition: SagaDefinition) => [
  ...new Set(verifyDefinition(definition).map(({ code, path }) => `${code} at ${path}`)),
];
const sound = saga({ insteadOf: 'b', steps: [x, y] });
const placed = (change: Partial<SagaDefinition['alternatives'][number]>): SagaDefinition => ({
  ...sound,
  alternatives: [{ ...sound.alternatives[0]!, ...change }],
});
describe('the verifier, of alternatives', () => {
  it.each<[string, SagaDefinition]>([
    ['to a step that can be undone', sound],
    ['to the pivot', saga({ insteadOf: 'p', steps: [x, q] })],
    ['with a save-point', saga({ insteadOf: 'p', undoTo: 'a', steps: [x, q] })],
    ['to alternatives', saga({ insteadOf: 'b', steps: [x] }, { insteadOf: 'x', undoTo: 'a', steps: [y] })],
    ['for different codes', saga({ insteadOf: 'b', on: ['NO'], steps: [x] }, { insteadOf: 'b', steps: [y] })],
    ['that read what was done before', saga({ insteadOf: 'b', steps: [reading('a')] })],
  ])('finds nothing in those %s', (_, definition) => {
    expect(found(definition)).toEqual([]);
  });

  it.each<[finding: string, definition: SagaDefinition]>([
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › z › alternative x', placed({ insteadOf: 'z' })],
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › b › alternative z', placed({ steps: ['z'] })],
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › b › alternative (no step)', placed({ steps: [] })],
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › x › alternative x', placed({ insteadOf: 'x', steps: ['x'] })],
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › b › alternative y', placed({ steps: ['y', 'x'] })],
    ['SAGA.MISPLACED_ALTERNATIVE at toy v1 › a › alternative x', placed({ insteadOf: 'a' })],
    [
      'SAGA.AMBIGUOUS_ALTERNATIVE at toy v1 › b',
      saga({ insteadOf: 'b', on: ['NO'], steps: [x] }, { insteadOf: 'b', on: ['NO', 'LATE'], steps: [y] }),
    ],
    [
      'SAGA.AMBIGUOUS_ALTERNATIVE at toy v1 › b',
      saga({ insteadOf: 'b', steps: [x] }, { insteadOf: 'b', steps: [y] }),
    ],
    ['SAGA.WRONG_PHASE at toy v1 › p › alternative x', saga({ insteadOf: 'p', steps: [x] })],
    ['SAGA.WRONG_PHASE at toy v1 › b › alternative q', saga({ insteadOf: 'b', steps: [q] })],
    [
      'SAGA.WRONG_PHASE at toy v1 › p › alternative q',
      saga({ insteadOf: 'p', steps: [q, step('q2', 'pivot')] }),
    ],
    [
      'SAGA.MAY_GIVE_UP at toy v1 › r › alternative x',
      saga({ insteadOf: 'r', steps: [step('x', 'retriable')] }),
    ],
    [
      'SAGA.WRONG_SAVE_POINT at toy v1 › b › alternative x',
      saga({ insteadOf: 'b', undoTo: 'b', steps: [x] }),
    ],
    [
      'SAGA.WRONG_SAVE_POINT at toy v1 › b › alternative x',
      saga({ insteadOf: 'b', undoTo: 'z', steps: [x] }),
    ],
    ['SAGA.CONTRADICTION at toy v1 › b › alternative x', saga({ insteadOf: 'b', on: ['GONE'], steps: [x] })],
    ['SAGA.NOT_STORED at toy v1 › x', saga({ insteadOf: 'b', steps: [reading('b')] })],
    ['SAGA.NOT_STORED at toy v1 › x', saga({ insteadOf: 'p', undoTo: 'a', steps: [reading('b'), q] })],
  ])('finds %s, and nothing else', (finding, definition) => {
    expect(found(definition)).toEqual([finding]);
  });

  it('lets later steps read what any alternative may have stored', () => {
    const last = step('r', 'retriable', ({ results }) => ({ seen: results.x }));
    const definition = saga({ insteadOf: 'b', steps: [x] });
    const steps = definition.steps.map((one) => (one.name === 'r' ? last : one));
    expect(found({ ...definition, steps })).toEqual([]);
  });
});
