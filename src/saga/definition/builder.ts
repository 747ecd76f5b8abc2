import { inheritPolicy, onTheWayBack } from './inherit-policy.js';
import type { DataOf, MessageClass } from './message-class.js';
import { defaultRetryPolicy, type RetryPolicy } from './policy.js';
import { StepBuilder } from './step-builder.js';
import type { Declared, Executing, StepStart, Typed } from './step-stages.js';
import type {
  CauseInfo,
  ClosingDefinition,
  ClosingName,
  CompensationDefinition,
  Phase,
  SagaDefinition,
  StepDefinition,
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
    steps: [],
    compensations: [],
    closings: [],
    deadlineMs: null,
    inherited: {},
  });
}

interface Draft extends SagaDefinition {
  readonly steps: readonly StepDefinition[];
  readonly compensations: readonly CompensationDefinition[];
  readonly closings: readonly ClosingDefinition[];
  readonly inherited: Partial<RetryPolicy>;
}

/** The results of earlier steps by their names. */
type With<Results, Name extends string, Result> = Results & {
  readonly [N in Name]: Result;
};

/** After the pivot: forward only. */
export class RetriableBuilder<Input, Results> {
  constructor(protected readonly draft: Draft) {}

  /** A step that cannot be refused: it is retried, then parked for a person, never given up. */
  retriable<Name extends string, Result>(
    name: Name,
    build: (step: Executing<'retriable', Input, Results>) => Declared<Result>,
  ): RetriableBuilder<Input, With<Results, Name, Result>> {
    return new RetriableBuilder(append(this.draft, name, 'retriable', build as LooseBuild));
  }

  /** The finished definition, frozen. */
  build(): SagaDefinition {
    const { inherited, ...definition } = this.draft;
    void inherited;
    return Object.freeze(definition);
  }
}

/** Before the pivot. */
export class CompensatableBuilder<Input, Results> extends RetriableBuilder<Input, Results> {
  /**
   * The definition's own retry defaults, for the steps and closings declared after this call, and for the steps'
   * compensations: these take its pace and its codes that park, and more attempts but never fewer than their default.
   */
  retry(policy: Partial<RetryPolicy>): CompensatableBuilder<Input, Results> {
    return new CompensatableBuilder({
      ...this.draft,
      inherited: inheritPolicy(this.draft.inherited, policy),
    });
  }

  /** Turns the saga back when it has not passed its pivot in this time. Milliseconds. */
  deadline(deadlineMs: number): CompensatableBuilder<Input, Results> {
    return new CompensatableBuilder({ ...this.draft, deadlineMs });
  }

  /** Told to the business when undoing begins; not when the first step is rejected, for then nothing was done. */
  undoing<Command extends MessageClass>(
    command: Command,
    map: (context: Typed<Input, Partial<Results>> & { readonly cause: CauseInfo }) => DataOf<Command>,
    ...succeeds: MessageClass[]
  ): CompensatableBuilder<Input, Results> {
    return this.closing('undoing', command, map, succeeds);
  }

  /** Told to the business when all is undone; the saga is `compensated` only after this succeeded. */
  undone<Command extends MessageClass>(
    command: Command,
    map: (context: Typed<Input, Partial<Results>> & { readonly cause: CauseInfo }) => DataOf<Command>,
    ...succeeds: MessageClass[]
  ): CompensatableBuilder<Input, Results> {
    return this.closing('undone', command, map, succeeds);
  }

  /** A step that can be undone. */
  step<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'compensatable', Input, Results>) => Declared<Result>,
  ): CompensatableBuilder<Input, With<Results, Name, Result>> {
    return new CompensatableBuilder(append(this.draft, name, 'compensatable', build as LooseBuild));
  }

  /** The step whose success is the point of no return. */
  pivot<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'pivot', Input, Results>) => Declared<Result>,
  ): RetriableBuilder<Input, With<Results, Name, Result>> {
    return new RetriableBuilder(append(this.draft, name, 'pivot', build as LooseBuild));
  }

  private closing(
    closing: ClosingName,
    command: MessageClass,
    map: (context: never) => unknown,
    succeeds: readonly MessageClass[],
  ): CompensatableBuilder<Input, Results> {
    const unit: ClosingDefinition = {
      closing,
      command,
      map: map as (context: unknown) => unknown,
      succeeds,
      retry: inheritPolicy(defaultRetryPolicy, onTheWayBack(this.draft.inherited)),
    };
    return new CompensatableBuilder({
      ...this.draft,
      closings: [...this.draft.closings, unit],
    });
  }
}

/** The typed stages are all one `StepBuilder`; its types are only loosened here, inside. */
type LooseBuild = (step: unknown) => unknown;

function append(draft: Draft, name: string, phase: Phase, build: LooseBuild): Draft {
  const builder = new StepBuilder(name, phase, draft.inherited);
  build(builder);
  const { step, compensation } = builder.build();
  return {
    ...draft,
    steps: [...draft.steps, step],
    compensations: compensation ? [...draft.compensations, compensation] : draft.compensations,
  };
}
