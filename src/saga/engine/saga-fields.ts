import { traceIdOf } from '../../platform/observability/trace/trace-context.js';
import { attemptsAtEnd, unitOf, type SagaState, type StoredError, type UnitRef } from './state.js';

/** Which saga a line is about, in every line that is about one: the names are stable, searches rely on them. */
export interface SagaFields {
  readonly sagaId: string;
  readonly definition: string;
  readonly version: number;
  readonly correlationId: string;
  /** Of the trace in which the saga began. Undefined: in none. */
  readonly traceId: string | undefined;
}

/** The same for a unit of a saga. */
export interface UnitFields extends SagaFields {
  /** The step's name; of a closing command its own; of a reaction the event's wire name. Null: no unit is concerned. */
  readonly step: string | null;
  readonly role: UnitRef['role'] | null;
}

function sagaFields(state: SagaState): SagaFields {
  const { id: sagaId, definition, version, correlationId, traceparent } = state;
  return { sagaId, definition, version, correlationId, traceId: traceIdOf(traceparent) };
}

export function unitFields(state: SagaState, unit: UnitRef | null): UnitFields {
  const event = unit?.role === 'reaction' && state.reactions.find(({ id }) => id === unit.name)?.event;
  const step = event || (unit?.name ?? null);
  return { ...sagaFields(state), step, role: unit?.role ?? null };
}

/** The attempt of a unit that is under way, from 1. */
export function attemptOf(state: SagaState, ref: UnitRef): number {
  const unit = unitOf(state, ref);
  return unit ? attemptsAtEnd(unit) : 1;
}

/** `SAGA.UNCLASSIFIED` for an error without a code. */
export function codeOf(error: Pick<StoredError, 'code'> | null): string {
  return error?.code ?? 'SAGA.UNCLASSIFIED';
}

/** What lines about sagas have in common, the business key among it under the name that the modules call it by in the log. */
export class LogFields {
  /** @param names of business keys, by definition; one that has none is `correlationId` alone */
  constructor(private readonly names: Readonly<Record<string, string>>) {}

  businessKey({
    definition,
    correlationId,
  }: Pick<SagaFields, 'definition' | 'correlationId'>): Record<string, string> {
    const name = this.names[definition];
    return name === undefined ? {} : { [name]: correlationId };
  }

  /** Of a line about a saga. */
  saga(state: SagaState) {
    return { ...sagaFields(state), ...this.businessKey(state) };
  }

  /** Of a line about what failed. @param attempt from 1; null: no unit is concerned */
  failure(
    state: SagaState,
    unit: UnitRef | null,
    attempt: number | null,
    error: Pick<StoredError, 'code'> | null,
  ) {
    return { ...unitFields(state, unit), ...this.businessKey(state), attempt, errorCode: codeOf(error) };
  }
}
