import type {
  ClosingDefinition,
  CompensationDefinition,
  MappingContext,
  SagaDefinition,
  StepDefinition,
} from '../definition/index.js';
import type { Entry, EntryBody } from './entries.js';
import { storeError } from './errors.js';
import { evolve } from './evolve.js';
import { resultsOf } from './results.js';
import type { SagaState, StepState } from './state.js';
import type { Env, Heard } from './stimulus.js';

/** A decision in the making: entries so far, and the state as they leave it. */
export class Transition {
  readonly entries: Entry[] = [];
  /** What became of an event from outside; null: none came. */
  heard: Heard | null = null;

  constructor(
    readonly definition: SagaDefinition,
    public state: SagaState,
    readonly env: Env,
  ) {}

  add(body: EntryBody): void {
    const entry: Entry = { at: this.env.now, ...body };
    this.entries.push(entry);
    this.state = evolve(this.state, entry);
  }

  /** The time so many milliseconds from now. */
  after(ms: number): string {
    return new Date(Date.parse(this.env.now) + ms).toISOString();
  }

  isPast(time: string): boolean {
    return Date.parse(time) <= Date.parse(this.env.now);
  }

  /** @throws Error for a name that this version of the definition does not have. */
  stepDefinition(name: string): StepDefinition {
    const found = this.definition.steps.find((step) => step.name === name);
    if (!found) {
      const { name: saga, version } = this.definition;
      throw new Error(`${saga} v${version} has no step "${name}".`);
    }
    return found;
  }

  compensationOf(step: string): CompensationDefinition | null {
    return this.definition.compensations.find((candidate) => candidate.step === step) ?? null;
  }

  closing(name: string): ClosingDefinition | null {
    return this.definition.closings.find((candidate) => candidate.closing === name) ?? null;
  }

  stepState(name: string): StepState | null {
    return this.state.steps.find((step) => step.name === name) ?? null;
  }

  /** What a mapping may read now. */
  context(reference: string, parameters: Readonly<Record<string, unknown>> = {}): MappingContext {
    return {
      input: this.state.input,
      results: resultsOf(this.definition, this.state),
      reference,
      parameters,
    };
  }

  /**
   * Runs a mapping of the definition. One that throws parks the saga, for a person to see: it is a fault of the
   * code, and the stored data will be there when it is mended.
   */
  mapOrPark<T>(map: () => T): { readonly value: T } | null {
    try {
      return { value: map() };
    } catch (error) {
      this.add({ kind: 'parked', unit: null, error: storeError(error, 'SAGA.MAPPING_FAILED') });
      return null;
    }
  }
}
