import { ChildDone, ChildUndone, StartChild, UndoChild, type ChildStart } from './child-messages.js';
import { compensationPolicy, inheritPolicy } from './inherit-policy.js';
import type { MessageClass } from './message-class.js';
import {
  defaultAskEveryMs,
  defaultAttemptTimeoutMs,
  defaultKeyProtectionMs,
  defaultRetryPolicy,
  type RetryPolicy,
} from './policy.js';
import { goesOn } from './overdue.js';
import type { ChildOptions, CompensationOptions, ExternalOptions, StepOptions } from './step-stages.js';
import type {
  BranchRef,
  CompensationContext,
  CompensationDefinition,
  Lasting,
  Phase,
  StepDefinition,
  WaitCase,
  WaitDefinition,
} from './types.js';
import type { Length, TimerLength, Until } from './wait-stages.js';

/** What a finished step adds to its definition. */
export interface BuiltStep {
  readonly step: StepDefinition;
  readonly compensation: CompensationDefinition | null;
}

/** Collects a step. All stages of the typed interfaces in `step-stages.ts` are this one object; the types say what comes next. */
export class StepBuilder {
  private step: StepDefinition;
  private bound: CompensationDefinition | null = null;

  constructor(
    name: string,
    phase: Phase,
    private readonly inherited: Partial<RetryPolicy>,
    branch: BranchRef | null = null,
  ) {
    this.step = {
      name,
      branch,
      phase,
      kind: 'local',
      action: null,
      wait: null,
      child: null,
      skipWhen: null,
      noCompensation: null,
      retry: inheritPolicy(defaultRetryPolicy, inherited),
      attemptTimeoutMs: defaultAttemptTimeoutMs,
      heartbeatTimeoutMs: null,
      keyProtectionMs: defaultKeyProtectionMs,
      dependency: null,
      confirmed: null,
      parameters: {},
    };
  }

  local(options: StepOptions = {}): this {
    return this.kind('local', options);
  }

  external(options: ExternalOptions = {}): this {
    this.kind('external', options);
    return this.with({
      heartbeatTimeoutMs: options.heartbeatTimeoutMs ?? null,
      keyProtectionMs: options.keyProtectionMs ?? defaultKeyProtectionMs,
      dependency: options.dependency ?? null,
      confirmed: options.confirmed ? { askEveryMs: defaultAskEveryMs, ...options.confirmed } : null,
    });
  }

  wait(length: Length<never, never>): this {
    return this.waits('wait', 'withinMs' in length ? { ms: length.withinMs } : untilOf(length));
  }

  timer(length: TimerLength<never, never>): this {
    return this.waits('timer', 'forMs' in length ? { ms: length.forMs } : untilOf(length));
  }

  child(
    definition: string,
    map: (context: never) => unknown,
    options: ChildOptions<never, never> = {},
  ): this {
    const { version = null, key = null } = options;
    const { phase } = this.step;
    this.kind('child', options);
    const start = (context: unknown): ChildStart => ({
      definition,
      version,
      key: key && key(context as never),
      input: map(context as never),
    });
    this.with({ child: { definition, version } });
    this.action(StartChild, start).succeeds(ChildDone);
    if (phase !== 'retriable') this.rejects(ChildUndone);
    const undo = ({ action }: CompensationContext) => ({ childId: action.reference });
    return phase === 'compensatable' ? this.compensation(UndoChild, undo, ChildUndone) : this;
  }

  on(name: string, event: MessageClass): this {
    return this.ends({ name, event, then: 'go-on' });
  }

  turnsBackOn(name: string, event: MessageClass): this {
    return this.ends({ name, event, then: 'turn-back' });
  }

  overdue(overdue: WaitDefinition['overdue']): this {
    return this.with({ wait: { ...this.requireWait(), overdue } });
  }

  action(command: MessageClass, map: (context: never) => unknown): this {
    return this.with({
      action: { command, map: map as (context: unknown) => unknown, succeeds: [], rejects: null },
    });
  }

  succeeds(event: MessageClass): this {
    return this.with({ action: { ...this.requireAction(), succeeds: [event] } });
  }

  rejects(event: MessageClass): this {
    return this.with({ action: { ...this.requireAction(), rejects: event } });
  }

  skipWhen(when: (context: never) => boolean): this {
    return this.with({ skipWhen: when as (context: unknown) => boolean });
  }

  compensation(
    command: MessageClass,
    map: (context: never) => unknown,
    succeeds: MessageClass,
    options: CompensationOptions = {},
  ): this {
    const kind = options.kind ?? (this.step.kind === 'external' ? 'external' : 'local');
    const { dependency = kind === 'external' ? this.step.dependency : null } = options;
    this.bound = {
      step: this.step.name,
      command,
      map: map as (context: unknown) => unknown,
      succeeds: [succeeds],
      kind,
      dependency,
      retry: compensationPolicy(this.inherited, options.retry),
      attemptTimeoutMs: options.attemptTimeoutMs ?? defaultAttemptTimeoutMs,
      after: options.after ?? [],
    };
    return this;
  }

  withdrawal(
    command: MessageClass,
    map: (context: never) => unknown,
    succeeds: MessageClass,
    options: CompensationOptions = {},
  ): this {
    return this.compensation(command, map, succeeds, options);
  }

  noCompensation(why: string): this {
    return this.with({ noCompensation: why });
  }

  build(): BuiltStep {
    return { step: this.step, compensation: this.bound };
  }

  private kind(kind: StepDefinition['kind'], options: StepOptions): this {
    return this.with({
      kind,
      retry: inheritPolicy(this.step.retry, options.retry),
      attemptTimeoutMs: options.attemptTimeoutMs ?? defaultAttemptTimeoutMs,
      parameters: options.parameters ?? {},
    });
  }

  private waits(kind: 'wait' | 'timer', lasts: Lasting): this {
    return this.with({ kind, wait: { cases: [], lasts, overdue: goesOn() } });
  }

  private ends(by: WaitCase): this {
    const wait = this.requireWait();
    return this.with({ wait: { ...wait, cases: [...wait.cases, by] } });
  }

  private requireWait(): WaitDefinition {
    if (!this.step.wait) throw new Error(`Step "${this.step.name}": say wait(…) before its ends.`);
    return this.step.wait;
  }

  private requireAction() {
    if (!this.step.action) throw new Error(`Step "${this.step.name}": say action(…) before its outcomes.`);
    return this.step.action;
  }

  private with(change: Partial<StepDefinition>): this {
    this.step = { ...this.step, ...change };
    return this;
  }
}

function untilOf({ until }: Until<never, never>): Lasting {
  return { until: until as (context: unknown) => unknown };
}
