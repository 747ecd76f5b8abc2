import { defaultCompensationPolicy, defaultRetryPolicy, type RetryPolicy } from './policy.js';
import { ignore } from './event-answers.js';
import type { MessageClass } from './message-class.js';
import { turnsBack } from './overdue.js';
import { defaultRollover } from './rollover.js';
import type {
  CompensationDefinition,
  ConfirmationDefinition,
  Phase,
  SagaDefinition,
  StepDefinition,
} from './types.js';
import { DefinitionError, verifyDefinition, type KnownHandlers } from './verifier.js';

function named(wireName: string, undoes?: readonly string[]): MessageClass {
  return class {
    static readonly wireName = wireName;
    static readonly undoes = undoes;
    static readonly schema = { parse: (value: unknown) => value };
    constructor(readonly data: unknown) {}
  };
}

type Reads = { readonly results: Readonly<Record<string, unknown>> };
const reading = (step: string) => (context: Reads) => ({ it: context.results[step] });

function step(
  name: string,
  phase: Phase = 'compensatable',
  more: Partial<StepDefinition> = {},
): StepDefinition {
  return {
    name,
    phase,
    kind: 'local',
    action: {
      command: named(`do-${name}`),
      map: () => ({}),
      succeeds: [named(`did-${name}`)],
      rejects: null,
    },
    wait: null,
    skipWhen: null,
    noCompensation: phase === 'compensatable' ? 'it only reads' : null,
    retry: defaultRetryPolicy,
    attemptTimeoutMs: 1,
    heartbeatTimeoutMs: null,
    keyProtectionMs: 1,
    dependency: null,
    child: null,
    branch: null,
    confirmed: null,
    parameters: {},
    ...more,
  };
}

const confirmed: ConfirmationDefinition = {
  withinMs: 2,
  askEveryMs: 1,
  overdue: { then: 'turn-back', code: 'TOY.OVERDUE', message: 'It took too long.' },
};

const undoable = (name: string, more: Partial<StepDefinition> = {}) =>
  step(name, 'compensatable', { noCompensation: null, ...more });

function undo(target: string, more: Partial<CompensationDefinition> = {}): CompensationDefinition {
  return {
    step: target,
    command: named(`undo-${target}`),
    map: () => ({}),
    succeeds: [named(`undone-${target}`)],
    kind: 'local',
    retry: defaultCompensationPolicy,
    attemptTimeoutMs: 1,
    dependency: null,
    after: [],
    ...more,
  };
}

const saga = (
  steps: readonly StepDefinition[],
  compensations: readonly CompensationDefinition[] = [],
  more: Partial<SagaDefinition> = {},
): SagaDefinition => ({
  name: 'toy',
  version: 2,
  inputSchema: { parse: (value) => value },
  steps,
  compensations,
  startedBy: null,
  closings: [],
  alternatives: [],
  events: [],
  unexpected: ignore('a toy'),
  deadlineMs: null,
  rollover: defaultRollover,
  ...more,
});

const retrying = (more: Partial<RetryPolicy>) => ({ retry: { ...defaultRetryPolicy, ...more } });

const tell = (map: SagaDefinition['closings'][number]['map']) => ({
  closing: 'undone' as const,
  command: named('tell'),
  map,
  succeeds: [named('told')],
  retry: defaultRetryPolicy,
});

const wait = {
  cases: [{ name: 'came', event: named('came'), then: 'go-on' as const }],
  lasts: { ms: 1 },
  overdue: turnsBack('LATE', 'Late.'),
};
const { action } = step('any');

const sound = saga(
  [undoable('a'), step('b'), undoable('c', { kind: 'external' }), step('p', 'pivot'), step('r', 'retriable')],
  [undo('a', { after: ['c'] }), undo('c', { kind: 'external', map: reading('a') })],
);

describe('the verifier', () => {
  it('finds nothing in a sound definition, whose closing may read any result', () => {
    expect(verifyDefinition({ ...sound, closings: [tell(reading('p'))] })).toEqual([]);
  });

  it.each<[code: string, path: string, definition: SagaDefinition]>([
    ['SAGA.BAD_VERSION', 'toy v0.5', { ...sound, version: 0.5 }],
    ['SAGA.NO_STEPS', 'toy v2', saga([])],
    ['SAGA.DUPLICATE_STEP', 'toy v2 › a', saga([step('a'), step('a')])],
    ['SAGA.TWO_PIVOTS', 'toy v2 › p, q', saga([step('p', 'pivot'), step('q', 'pivot')])],
    ['SAGA.COMPENSATABLE_AFTER_PIVOT', 'toy v2 › p › a', saga([step('p', 'pivot'), step('a')])],
    ['SAGA.COMPENSATABLE_AFTER_PIVOT', 'toy v2 › r › a', saga([step('r', 'retriable'), step('a')])],
    ['SAGA.PIVOT_AFTER_RETRIABLE', 'toy v2 › r › p', saga([step('r', 'retriable'), step('p', 'pivot')])],
    ['SAGA.MISSING_COMPENSATION', 'toy v2 › a', saga([undoable('a')])],
    ['SAGA.CONTRADICTION', 'toy v2 › a', saga([step('a')], [undo('a')])],
    ['SAGA.USELESS_COMPENSATION', 'toy v2 › r', saga([step('r', 'retriable')], [undo('r')])],
    [
      'SAGA.USELESS_COMPENSATION',
      'toy v2 › w › compensation',
      saga([undoable('w', { kind: 'wait', wait, action: null })], [undo('w')]),
    ],
    [
      'SAGA.MAY_GIVE_UP',
      'toy v2 › r',
      saga([step('r', 'retriable', { action: { ...action!, rejects: named('no') } })]),
    ],
    ['SAGA.MAY_GIVE_UP', 'toy v2 › r', saga([step('r', 'retriable', { kind: 'wait', wait, action: null })])],
    [
      'SAGA.MAY_GIVE_UP',
      'toy v2 › r',
      saga([step('r', 'retriable', retrying({ whenExhausted: 'compensate' }))]),
    ],
    [
      'SAGA.MAY_GIVE_UP',
      'toy v2 › r',
      saga([step('r', 'retriable', retrying({ reactions: { GONE: 'compensate' } }))]),
    ],
    [
      'SAGA.MAY_GIVE_UP',
      'toy v2 › r › confirmed',
      saga([step('r', 'retriable', { kind: 'external', confirmed })]),
    ],
    [
      'SAGA.CANNOT_WITHDRAW',
      'toy v2 › a › confirmed',
      saga([step('a', 'compensatable', { kind: 'external', confirmed })]),
    ],
    [
      'SAGA.CANNOT_WITHDRAW',
      'toy v2 › p › confirmed',
      saga([step('p', 'pivot', { kind: 'external', confirmed })]),
    ],
    [
      'SAGA.BAD_POLICY',
      'toy v2 › a › confirmed',
      saga([undoable('a', { kind: 'external', confirmed: { ...confirmed, withinMs: 0 } })], [undo('a')]),
    ],
    ['SAGA.BAD_POLICY', 'toy v2 › a › confirmed', saga([undoable('a', { confirmed })], [undo('a')])],
    ['SAGA.CONDITIONAL_PIVOT', 'toy v2 › p', saga([step('p', 'pivot', { skipWhen: () => true })])],
    ['SAGA.NO_ACTION', 'toy v2 › a', saga([step('a', 'compensatable', { action: null })])],
    ['SAGA.NO_ACTION', 'toy v2 › a', saga([step('a', 'compensatable', { kind: 'wait' })])],
    [
      'SAGA.NO_OUTCOME',
      'toy v2 › a',
      saga([step('a', 'compensatable', { action: { ...action!, succeeds: [] } })]),
    ],
    ['SAGA.UNBOUND_COMPENSATION', 'toy v2 › z › compensation', saga([step('a')], [undo('z')])],
    [
      'SAGA.TWO_COMPENSATIONS',
      'toy v2 › a',
      saga([undoable('a')], [undo('a'), undo('a', { command: named('x') })]),
    ],
    [
      'SAGA.SHARED_COMPENSATION',
      'toy v2 › a, b',
      saga([undoable('a'), undoable('b')], [undo('a'), undo('b', { command: named('undo-a') })]),
    ],
    [
      'SAGA.FOREIGN_EFFECT',
      'toy v2 › a › compensation',
      saga([undoable('a')], [undo('a', { command: named('undo-b', ['do-b']) })]),
    ],
    ['SAGA.UNKNOWN_NAME', 'toy v2 › a › compensation', saga([undoable('a')], [undo('a', { after: ['z'] })])],
    ['SAGA.WRONG_ORDER', 'toy v2 › a › compensation', saga([undoable('a')], [undo('a', { after: ['a'] })])],
    [
      'SAGA.WRONG_ORDER',
      'toy v2 › b › compensation',
      saga([undoable('a'), undoable('b')], [undo('a'), undo('b', { after: ['a'] })]),
    ],
    [
      'SAGA.UNKNOWN_NAME',
      'toy v2 › a',
      saga([step('a', 'compensatable', { action: { ...action!, map: reading('z') } })]),
    ],
    [
      'SAGA.NOT_STORED',
      'toy v2 › a',
      saga([step('a', 'compensatable', { action: { ...action!, map: reading('b') } }), step('b')]),
    ],
    [
      'SAGA.NOT_STORED',
      'toy v2 › a › skipWhen',
      saga([step('a', 'compensatable', { skipWhen: (context) => context.results.b === 1 }), step('b')]),
    ],
    [
      'SAGA.NOT_STORED',
      'toy v2 › a › compensation',
      saga([undoable('a'), step('b')], [undo('a', { map: reading('b') })]),
    ],
    ['SAGA.UNKNOWN_NAME', 'toy v2 › undone', saga([step('a')], [], { closings: [tell(reading('z'))] })],
    [
      'SAGA.TWO_CLOSINGS',
      'toy v2 › undone',
      saga([step('a')], [], { closings: [tell(() => ({})), tell(() => ({}))] }),
    ],
    ['SAGA.BAD_POLICY', 'toy v2 › a', saga([step('a', 'compensatable', retrying({ maxAttempts: 0 }))])],
    [
      'SAGA.BAD_POLICY',
      'toy v2 › a › compensation',
      saga([undoable('a')], [undo('a', retrying({ jitter: 1.5 }))]),
    ],
  ])('finds %s at %s, and nothing else', (code, path, definition) => {
    const findings = verifyDefinition(definition);

    expect([...new Set(findings.map((finding) => `${finding.code} at ${finding.path}`))]).toEqual([
      `${code} at ${path}`,
    ]);
  });

  it('allows an external pivot to be withdrawn, and no other pivot', () => {
    const pivot = (kind: 'local' | 'external') => saga([step('p', 'pivot', { kind })], [undo('p', { kind })]);

    expect(verifyDefinition(pivot('external'))).toEqual([]);
    expect(verifyDefinition(pivot('local')).map(({ code }) => code)).toEqual(['SAGA.USELESS_COMPENSATION']);
  });

  describe('when it is told which handlers there are', () => {
    const locals = ['do-a', 'undo-a', 'do-b', 'do-p', 'do-r', 'tell'];
    const complete = new Map<string, 'local' | 'external'>([
      ...locals.map((command) => [command, 'local'] as const),
      ['do-c', 'external'],
      ['undo-c', 'external'],
    ]);
    const told = { ...sound, closings: [tell(() => ({}))] };
    const codes = (handlers: KnownHandlers) =>
      verifyDefinition(told, handlers).map(({ code, path }) => `${code} at ${path}`);

    it('finds nothing when each command has one of its kind', () => {
      expect(codes(complete)).toEqual([]);
    });

    it.each<[string, string, 'local' | 'external' | null]>([
      ['do-b', 'SAGA.NO_HANDLER at toy v2 › b', null],
      ['undo-a', 'SAGA.NO_HANDLER at toy v2 › a › compensation', null],
      ['tell', 'SAGA.NO_HANDLER at toy v2 › undone', null],
      ['do-c', 'SAGA.WRONG_KIND at toy v2 › c', 'local'],
      ['do-b', 'SAGA.WRONG_KIND at toy v2 › b', 'external'],
      ['undo-c', 'SAGA.WRONG_KIND at toy v2 › c › compensation', 'local'],
    ])('finds a handler of %s that is missing or of another kind: %s', (command, finding, kind) => {
      const handlers = new Map(complete);
      if (kind) handlers.set(command, kind);
      else handlers.delete(command);

      expect(codes(handlers)).toEqual([finding]);
    });
  });

  it('makes one error of all findings, each with its path', () => {
    const error = new DefinitionError(verifyDefinition(saga([undoable('a'), undoable('b')])));

    expect(error.message).toMatch(/^toy v2 › a: .+\ntoy v2 › b: /);
  });
});
