import type { SagaStatus } from '../../engine/instance-row.js';
import type { CrashScenario } from './scenario.js';

/** A saga as its row tells. */
export interface SagaStanding {
  readonly id: string;
  readonly key: string;
  readonly definition: string;
  readonly status: SagaStatus;
  readonly step: string | null;
  readonly code: string | null;
  readonly ended: boolean;
}

/** The sagas of a run under its business keys: the scenario's own, and those that they leave behind. */
export class Standings {
  private readonly own: readonly SagaStanding[];
  private readonly left: readonly SagaStanding[];

  constructor(
    private readonly scenario: CrashScenario,
    private readonly keys: readonly string[],
    readonly all: readonly SagaStanding[],
  ) {
    const follows = new Set(Object.values(scenario.leaves ?? {}).flat());
    this.own = all.filter(({ definition }) => !follows.has(definition));
    this.left = all.filter(({ definition }) => follows.has(definition));
  }

  /** Nothing more happens to them. */
  get settled(): boolean {
    return (
      this.own.length >= this.keys.length &&
      this.own.every(({ ended }) => ended) &&
      this.left.every(({ ended, status }) => ended || status === 'waiting')
    );
  }

  get described(): string {
    return this.all
      .map(({ definition, status, step, code }) => `${definition} ${status} at ${step ?? '-'} ${code ?? ''}`)
      .join('; ');
  }

  /** What is wrong with how they stand, a sentence each. */
  get findings(): string[] {
    const ends: readonly string[] = [this.scenario.ends].flat();
    const wrong = this.own
      .filter(({ status }) => !ends.includes(status))
      .map(({ key, status }) => `The saga of ${key} is ${status}, not ${ends.join(' or ')}.`);
    const surplus =
      this.own.length === this.keys.length ? [] : [`${this.keys.length} keys have ${this.own.length} sagas.`];
    return [...surplus, ...wrong, ...this.own.flatMap((saga) => this.leavingsOf(saga))];
  }

  private leavingsOf({ key, status }: SagaStanding): string[] {
    const due = [...(this.scenario.leaves?.[status] ?? [])].sort().join(', ');
    const found = this.left
      .filter((saga) => saga.key === key)
      .map(({ definition }) => definition)
      .sort()
      .join(', ');
    return found === due ? [] : [`The saga of ${key} leaves behind [${found}], not [${due}].`];
  }
}
