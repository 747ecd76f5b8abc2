import {
  defaultCompensationPolicy,
  defaultRetryPolicy,
  defaultRollover,
  goesOn,
  ignore,
  turnsBack,
  type ClosingName,
  type MappingContext,
  type MessageClass,
  type Phase,
  type React,
  type RetryPolicy,
  type SagaDefinition,
  type StepDefinition,
  type StepKind,
  type WaitDefinition,
} from '../definition/index.js';

/** A message class for tests. @param parse checks its data; default: anything goes */
export function toyMessage(
  wireName: string,
  parse: (value: unknown) => unknown = (value) => value,
): MessageClass {
  return class {
    static readonly wireName = wireName;
    static readonly schema = { parse };
    constructor(readonly data: unknown) {}
  };
}

/** A step as far as a test cares; the rest is sound. */
export interface ToyStep {
  readonly name: string;
  /** Default: it stands in no group. */
  readonly branch?: StepDefinition['branch'];
  readonly kind?: StepKind;
  readonly phase?: Phase;
  /** Default true for a local or external step before the pivot. */
  readonly undo?: boolean;
  readonly undoKind?: 'local' | 'external';
  readonly after?: readonly string[];
  readonly rejects?: boolean;
  readonly retry?: Partial<RetryPolicy>;
  readonly undoRetry?: Partial<RetryPolicy>;
  readonly skipWhen?: StepDefinition['skipWhen'];
  readonly map?: (context: { readonly input: unknown; readonly results: unknown }) => unknown;
  readonly undoMap?: (context: { readonly action: { readonly result: unknown } }) => unknown;
  /** Checks the input of the compensation before it is called. */
  readonly undoCheck?: (value: unknown) => unknown;
  /** Of a wait or a timer. */
  readonly deadlineMs?: number;
  readonly confirmed?: StepDefinition['confirmed'];
  /** In the place of `deadlineMs`. */
  readonly until?: (context: MappingContext) => unknown;
  /** Of a wait. Default: it turns back; after the pivot it goes on. */
  readonly overdue?: WaitDefinition['overdue'];
}

/** An alternative as far as a test cares; it stands after the step named, and takes any code. */
export interface ToyAlternative {
  readonly insteadOf: string;
  readonly steps: readonly ToyStep[];
  readonly on?: readonly string[];
  readonly undoTo?: string;
}

export interface ToyOptions {
  readonly closings?: readonly ClosingName[];
  readonly alternatives?: readonly ToyAlternative[];
  readonly deadlineMs?: number | null;
  readonly events?: SagaDefinition['events'];
  /** Default: it is ignored. */
  readonly unexpected?: SagaDefinition['unexpected'];
  readonly rollover?: SagaDefinition['rollover'];
}

/** Makes a definition of toy steps, past the builder: also such as the builder refuses. */
export function toyDefinition(mainPath: readonly ToyStep[], options: ToyOptions = {}): SagaDefinition {
  const { alternatives = [] } = options;
  const steps = mainPath.flatMap((step) => withAlternatives(step, alternatives));
  return {
    name: 'toy',
    version: 1,
    inputSchema: { parse: (value: unknown) => value },
    startedBy: null,
    steps: steps.map(stepOf),
    alternatives: alternatives.map(({ insteadOf, steps: own, on = null, undoTo = null }) => ({
      insteadOf,
      on,
      undoTo,
      steps: own.map(({ name }) => name),
    })),
    compensations: steps.filter(isUndoable).map((step) => ({
      step: step.name,
      command: toyMessage(`undo-${step.name}`, step.undoCheck),
      map: (context) =>
        step.undoMap ? step.undoMap(context) : { undoes: step.name, action: context.action },
      succeeds: [toyMessage(`undone-${step.name}`)],
      kind: step.undoKind ?? (step.kind === 'external' ? 'external' : 'local'),
      retry: { ...defaultCompensationPolicy, ...step.undoRetry },
      attemptTimeoutMs: 60_000,
      dependency: null,
      after: step.after ?? [],
    })),
    closings: (options.closings ?? ['undoing', 'undone']).map((closing) => ({
      closing,
      command: toyMessage(`tell-${closing}`),
      map: ({ cause }) => ({ code: cause.code }),
      succeeds: [toyMessage(`told-${closing}`)],
      retry: defaultRetryPolicy,
    })),
    events: options.events ?? [],
    unexpected: options.unexpected === undefined ? ignore('a toy') : options.unexpected,
    deadlineMs: options.deadlineMs ?? null,
    rollover: options.rollover ?? defaultRollover,
  };
}

/** The event `word`, to which the saga reacts wherever it stands by the command `do-word`; its end is `did-word`. */
export function wordReactedTo(
  change: Partial<React> = {},
): SagaDefinition['events'][number] & { readonly otherwise: React } {
  return {
    event: toyMessage('word'),
    answers: { ended: ignore('it has ended') },
    otherwise: {
      then: 'react',
      command: toyMessage('do-word'),
      map: ({ event }) => event,
      succeeds: [toyMessage('did-word')],
      retry: { ...defaultRetryPolicy, maxAttempts: 2 },
      ...change,
    },
  };
}

/** A step, and after it those that may be taken in its place. */
function withAlternatives(step: ToyStep, alternatives: readonly ToyAlternative[]): ToyStep[] {
  const instead = alternatives.filter(({ insteadOf }) => insteadOf === step.name);
  return [
    step,
    ...instead.flatMap(({ steps }) => steps.flatMap((one) => withAlternatives(one, alternatives))),
  ];
}

function isUndoable({ undo, phase = 'compensatable', kind }: ToyStep): boolean {
  return undo ?? (phase === 'compensatable' && kind !== 'wait' && kind !== 'timer');
}

/** `came-<step>` goes on, `declined-<step>` turns back, but for a retriable step. */
function waitOf({ name, kind, phase, deadlineMs, until, overdue }: ToyStep): WaitDefinition {
  const lasts = until ? { until } : { ms: deadlineMs ?? 60_000 };
  if (kind === 'timer') return { cases: [], lasts, overdue: goesOn() };
  const came = { name: 'came', event: toyMessage(`came-${name}`), then: 'go-on' as const };
  const declined = { name: 'declined', event: toyMessage(`declined-${name}`), then: 'turn-back' as const };
  const late = phase === 'retriable' ? goesOn() : turnsBack('TOY.TOO_LATE', 'Nobody came.');
  return { cases: phase === 'retriable' ? [came] : [came, declined], lasts, overdue: overdue ?? late };
}

function stepOf(step: ToyStep): StepDefinition {
  const { name, kind = 'local', phase = 'compensatable', skipWhen = null } = step;
  const refusal = step.rejects ?? phase !== 'retriable';
  return {
    name,
    branch: step.branch ?? null,
    phase,
    kind,
    action:
      kind === 'wait' || kind === 'timer'
        ? null
        : {
            command: toyMessage(`do-${name}`),
            map: step.map ?? (({ input, results }) => ({ step: name, input, seen: Object.keys(results) })),
            succeeds: [toyMessage(`did-${name}`)],
            rejects: refusal ? toyMessage(`refused-${name}`) : null,
          },
    wait: kind === 'wait' || kind === 'timer' ? waitOf(step) : null,
    child: null,
    skipWhen,
    noCompensation: phase === 'compensatable' && !isUndoable(step) ? 'a toy' : null,
    retry: { ...defaultRetryPolicy, ...step.retry },
    attemptTimeoutMs: 60_000,
    heartbeatTimeoutMs: null,
    keyProtectionMs: 86_400_000,
    dependency: null,
    confirmed: step.confirmed ?? null,
    parameters: {},
  };
}
