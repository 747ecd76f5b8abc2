import {
  AlternativeBuilder,
  PivotAlternativeBuilder,
  type Earlier,
  type Joined,
  type Last,
  type SomeNames,
  type Taken,
  type Then,
  type Undone,
  type With,
} from './alternative-builder.js';
import {
  append,
  branchOf,
  gather,
  join,
  type AlternativeOptions,
  type Draft,
  type LooseBuild,
} from './draft.js';
import { GroupBuilder } from './group-builder.js';
import { inheritPolicy, onTheWayBack } from './inherit-policy.js';
import type { DataOf, MessageClass } from './message-class.js';
import { defaultRetryPolicy, type RetryPolicy } from './policy.js';
import { heardEvent, type Answers } from './reaction.js';
import { defaultRollover } from './rollover.js';
import type { Declared, StepStart, Typed } from './step-stages.js';
import type {
  CauseInfo,
  ClosingDefinition,
  ClosingName,
  StartDefinition,
  Rollover,
  SagaDefinition,
} from './types.js';

/**
 * Begins a saga definition.
 *
 * @param name constant for ever, e.g. `order-fulfillment`
 * @param version whole number from 1, written by hand; a released version is never edited
 * @param inputSchema checks and types the saga's input, e.g. a zod object
 *
 * The phases follow the theory: compensatable steps, at most one pivot, then retriable steps
 * (Richardson, "Microservices Patterns", chapter 4). They are in the types: a compensatable step after the pivot
 * does not compile.
 *
 * @example
 * defineSaga('order-fulfillment', 2, input)
 *   .step('reserve-inventory', (s) => s.local()
 *     .action(ReserveInventory, ({ input }) => ({ orderId: input.orderId, lines: input.lines }))
 *     .succeeds(InventoryReserved).rejects(InventoryRejected)
 *     .compensation(ReleaseReservation, ({ input }) => ({ orderId: input.orderId }), ReservationReleased))
 *   .pivot('arrange-shipping', …)
 *   .retriable('confirm-order', …)
 *   .build();
 */
export function defineSaga<Input>(
  name: string,
  version: number,
  inputSchema: { parse(value: unknown): Input },
) {
  return new CompensatableBuilder<Input, object>({
    name,
    version,
    inputSchema,
    startedBy: null,
    steps: [],
    alternatives: [],
    compensations: [],
    closings: [],
    events: [],
    unexpected: null,
    deadlineMs: null,
    rollover: defaultRollover,
    inherited: {},
    last: null,
  });
}

/** After the pivot: forward only. */
export class RetriableBuilder<Input, Results> {
  constructor(protected readonly draft: Draft) {}

  /** A step that cannot be refused: it is retried, then parked for a person, never given up. It may be a wait. */
  retriable<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'retriable', Input, Results>) => Declared<Result>,
  ): RetriableBuilder<Input, With<Results, Name, Result>> {
    return new RetriableBuilder(append(this.draft, name, 'retriable', build as LooseBuild));
  }

  /**
   * What becomes of an event from outside where no wait has it for an end, by the step where the saga stands, or
   * `turned-back`, `ended`, and `otherwise`. Said when all steps are: the verifier demands an answer for each place.
   */
  hears<Event extends MessageClass>(
    event: Event,
    answers: Answers<Extract<keyof Results, string>, Input, Results, DataOf<Event>>,
  ): RetriableBuilder<Input, Results> {
    const heard = heardEvent(event, answers, this.draft.inherited);
    return new RetriableBuilder({ ...this.draft, events: [...this.draft.events, heard] });
  }

  /** The answer to every event and place that has none of its own. */
  unexpected(answer: NonNullable<SagaDefinition['unexpected']>): RetriableBuilder<Input, Results> {
    return new RetriableBuilder({ ...this.draft, unexpected: answer });
  }

  /** The finished definition, frozen. */
  build(): SagaDefinition {
    const { inherited, last, ...definition } = this.draft;
    void [inherited, last];
    return Object.freeze(definition);
  }
}

/** Right after the pivot: it may have alternatives, and then there is only the way forward. */
export class PivotBuilder<Input, Results, Before, Names extends readonly string[]> extends RetriableBuilder<
  Input,
  Results
> {
  /**
   * Another way to the point of no return when the pivot fails for good: steps that can be undone, then another
   * pivot. Of all of them at most one ever succeeds. See `CompensatableBuilder.alternative`.
   */
  alternative<Branch, Steps extends SomeNames, To extends Earlier<Names> = never>(
    options: AlternativeOptions<To>,
    build: (instead: PivotAlternativeBuilder<Input, Omit<Before, Undone<Names, To>>>) => Taken<Branch, Steps>,
  ): PivotBuilder<
    Input,
    Joined<Results, Last<Names>, Undone<Names, To>, Branch, Last<Steps>>,
    Before,
    Names
  > {
    const { draft } = build(new PivotAlternativeBuilder(branchOf(this.draft)));
    return new PivotBuilder(join(this.draft, options, draft));
  }
}

/** Before the pivot. */
export class CompensatableBuilder<
  Input,
  Results,
  Before = Results,
  Names extends readonly string[] = readonly [],
> extends RetriableBuilder<Input, Results> {
  /**
   * The definition's own retry defaults, for the steps and closings declared after this call, and for the steps'
   * compensations: these take its pace and its codes that park, and more attempts but never fewer than their default.
   */
  retry(policy: Partial<RetryPolicy>): CompensatableBuilder<Input, Results, Before, Names> {
    return new CompensatableBuilder({
      ...this.draft,
      inherited: inheritPolicy(this.draft.inherited, policy),
    });
  }

  /**
   * Starts one saga, of the default version, in the commit that publishes this event. Only one for each business key:
   * the event told again starts none.
   */
  startedBy<Event extends MessageClass>(
    event: Event,
    map: (data: DataOf<Event>) => { readonly correlationId: string; readonly input: Input },
  ): CompensatableBuilder<Input, Results, Before, Names> {
    const startedBy = { event, map: map as StartDefinition['map'] };
    return new CompensatableBuilder({ ...this.draft, startedBy });
  }

  /** When the journals of its sagas continue in new segments. Default: every seven days, and at 500 entries. */
  rollover(rollover: Rollover): CompensatableBuilder<Input, Results, Before, Names> {
    return new CompensatableBuilder({ ...this.draft, rollover });
  }

  /** Turns the saga back when it has not passed its pivot in this time. Milliseconds. */
  deadline(deadlineMs: number): CompensatableBuilder<Input, Results, Before, Names> {
    return new CompensatableBuilder({ ...this.draft, deadlineMs });
  }

  /** Told to the business when undoing begins; not when the first step is rejected, for then nothing was done. */
  undoing<Command extends MessageClass>(
    command: Command,
    map: (context: Typed<Input, Partial<Results>> & { readonly cause: CauseInfo }) => DataOf<Command>,
    ...succeeds: MessageClass[]
  ): CompensatableBuilder<Input, Results, Before, Names> {
    return this.closing('undoing', command, map, succeeds);
  }

  /** Told to the business when all is undone; the saga is `compensated` only after this succeeded. */
  undone<Command extends MessageClass>(
    command: Command,
    map: (context: Typed<Input, Partial<Results>> & { readonly cause: CauseInfo }) => DataOf<Command>,
    ...succeeds: MessageClass[]
  ): CompensatableBuilder<Input, Results, Before, Names> {
    return this.closing('undone', command, map, succeeds);
  }

  /** A step that can be undone. */
  step<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'compensatable', Input, Results>) => Declared<Result>,
  ): CompensatableBuilder<Input, With<Results, Name, Result>, Results, Then<Names, Name>> {
    return new CompensatableBuilder(append(this.draft, name, 'compensatable', build as LooseBuild));
  }

  /**
   * Another way on when the step just declared fails for good, instead of the way back: one or more steps of their
   * own, taken in its place. They begin once it is certain that the failed step has no effect (what it may have left
   * outside is undone first) and, with `undoTo`, once all that was done after that save-point is undone.
   *
   * Later steps find the result under the name of the step in whose place it was taken: it is that step's own, or
   * that of the alternative's last step.
   *
   * @example
   * .step('charge-payment', …)
   * .alternative({ on: ['BILLING.DECLINED'] }, (instead) => instead.step('charge-second-method', …))
   */
  alternative<Branch, Steps extends SomeNames, To extends Earlier<Names> = never>(
    options: AlternativeOptions<To>,
    build: (instead: AlternativeBuilder<Input, Omit<Before, Undone<Names, To>>>) => Taken<Branch, Steps>,
  ): CompensatableBuilder<
    Input,
    Joined<Results, Last<Names>, Undone<Names, To>, Branch, Last<Steps>>,
    Before,
    Names
  > {
    const { draft } = build(new AlternativeBuilder(branchOf(this.draft)));
    return new CompensatableBuilder(join(this.draft, options, draft));
  }

  /**
   * Branches that run side by side; the saga goes on when all of them are through. When a step of one fails for good, the
   * others stop at their next commit, and everything is undone: against the order of declaration, whichever came first.
   *
   * @example
   * .parallel('prepare', (group) => group
   *   .branch('goods', (branch) => branch.step('reserve-inventory', …))
   *   .branch('money', (branch) => branch.step('charge-payment', …)))
   */
  parallel<All, Steps extends readonly string[]>(
    name: string,
    build: (group: GroupBuilder<Input, Results, Results, Names>) => GroupBuilder<Input, Results, All, Steps>,
  ): Omit<CompensatableBuilder<Input, All, All, Steps>, 'alternative'> {
    const { draft } = build(new GroupBuilder(branchOf(this.draft), name));
    return new CompensatableBuilder(gather(this.draft, draft));
  }

  /** The step whose success is the point of no return. */
  pivot<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'pivot', Input, Results>) => Declared<Result>,
  ): PivotBuilder<Input, With<Results, Name, Result>, Results, Then<Names, Name>> {
    return new PivotBuilder(append(this.draft, name, 'pivot', build as LooseBuild));
  }

  private closing(
    closing: ClosingName,
    command: MessageClass,
    map: (context: never) => unknown,
    succeeds: readonly MessageClass[],
  ): CompensatableBuilder<Input, Results, Before, Names> {
    const unit: ClosingDefinition = {
      closing,
      command,
      map: map as (context: unknown) => unknown,
      succeeds,
      retry: inheritPolicy(defaultRetryPolicy, onTheWayBack(this.draft.inherited)),
    };
    return new CompensatableBuilder({ ...this.draft, closings: [...this.draft.closings, unit] });
  }
}
