import { reactionsOf, type SagaDefinition } from '../definition/index.js';
import type { SagaState, UnitRef } from '../engine/state.js';
import { findsNoTrace, succeeds, type Answer } from './answers.js';

/** How a script names a unit: `charge-payment`, `undo charge-payment`, `tell undone`, `react shipping.delayed.v1`. */
export function labelOf({ role, name }: UnitRef, { reactions }: SagaState): string {
  if (role === 'reaction') return `react ${reactions.find(({ id }) => id === name)?.event ?? name}`;
  return role === 'action' ? name : `${role === 'compensation' ? 'undo' : 'tell'} ${name}`;
}

/** What handlers will answer, by label; `ask <label>` is the question what became of a call. */
export class Script {
  private readonly queued = new Map<string, Answer[]>();
  private readonly standing = new Map<string, Answer>();
  private defaults: Readonly<Record<string, unknown>> | null = null;
  private readonly known: ReadonlySet<string>;

  constructor(definition: SagaDefinition) {
    const units = [
      ...definition.steps.map((step) => step.name),
      ...definition.compensations.map((compensation) => `undo ${compensation.step}`),
      ...definition.closings.map((closing) => `tell ${closing.closing}`),
      ...reactionsOf(definition).map(({ event }) => `react ${event}`),
    ];
    this.known = new Set(units.flatMap((unit) => [unit, `ask ${unit}`]));
  }

  /** @throws Error for a label that the definition does not have: a script with a typing mistake proves nothing */
  queue(label: string, answers: readonly Answer[]): void {
    this.check(label);
    this.queued.set(label, [...(this.queued.get(label) ?? []), ...answers]);
  }

  stand(label: string, answer: Answer): void {
    this.check(label);
    this.standing.set(label, answer);
  }

  succeedByDefault(results: Readonly<Record<string, unknown>>): void {
    Object.keys(results).forEach((label) => this.check(label));
    this.defaults = results;
  }

  /** @throws Error when nothing was scripted for it */
  take(label: string): Answer {
    const answer = this.queued.get(label)?.shift() ?? this.standing.get(label) ?? this.default(label);
    if (!answer) throw new Error(`Unexpected call: "${label}". Script it with when("${label}", …).`);
    return answer;
  }

  /** Labels with answers that nobody asked for. */
  left(): string[] {
    return [...this.queued].flatMap(([label, answers]) =>
      answers.length > 0 ? [`${label} (${answers.length})`] : [],
    );
  }

  private default(label: string): Answer | null {
    if (!this.defaults) return null;
    return label.startsWith('ask ') ? findsNoTrace() : succeeds(this.defaults[label]);
  }

  private check(label: string): void {
    if (!this.known.has(label)) {
      throw new Error(`The definition has no "${label}"; it has ${[...this.known].join(', ')}.`);
    }
  }
}
