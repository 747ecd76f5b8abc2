import { Inject, Injectable, Optional } from '@nestjs/common';
import { dueUnits, isIdle, kindOf, pendingUnits } from '../engine/next.js';
import type { SeenSaga } from '../engine/requests.js';
import {
  isAskedFor,
  isOpen,
  isOutstanding,
  unitOf,
  type SagaState,
  type StepState,
  type UnitRef,
} from '../engine/state.js';
import { ConsequenceWords } from './consequence-words.js';
import type { SagaActionName } from './saga-action.js';

/** What follows from an action, in words: told from the decider's own answer, so a dry run cannot promise otherwise. */
@Injectable()
export class Consequences {
  constructor(@Optional() @Inject(ConsequenceWords) private readonly words: ConsequenceWords | null = null) {}

  of(action: SagaActionName, before: SeenSaga, after: SeenSaga): string[] {
    switch (action) {
      case 'retry':
        return this.ofRetry(before, after);
      case 'compensate':
        return this.ofCompensate(after);
      case 'pause':
        return this.ofPause(before);
      case 'resume':
        return this.goesOn(after, 'goes on where it stood');
      case 'skip':
        return this.ofSkip(before, after);
      case 'terminate':
        return this.ofTerminate(before, after);
      case 'move':
        return [
          `goes on under version ${after.state.version}, not ${before.state.version}`,
          ...this.goesOn(after, 'goes on where it stood'),
        ];
    }
  }

  private ofRetry(before: SeenSaga, { state }: SeenSaga): string[] {
    const now = state.updatedAt;
    const again = pendingUnits(before.state).filter((ref) => {
      const unit = unitOf(state, ref);
      return isIdle(unitOf(before.state, ref)!, now) && unit !== null && !isIdle(unit, now);
    });
    return [
      ...again.map((ref) => this.again(before, ref)),
      ...(before.state.fault ? ['makes the next command again, whose mapping had failed'] : []),
      ...(state.paused ? ['stays paused: nothing of it happens before somebody resumes it'] : []),
    ];
  }

  private again(saga: SeenSaga, ref: UnitRef): string {
    const { status, sent } = unitOf(saga.state, ref)!;
    const external = kindOf(saga.definition, saga.state, ref) === 'external';
    const phrase = phraseOf(ref, external);
    const means = this.meaning(saga.state, ref);
    const under = external ? ', under the same reference' : '';
    if (!external || (status !== 'unknown' && !sent)) return `${phrase} again${under}${means}`;
    return `asks what became of ${nameOf(ref)}, and if there is no trace, ${phrase} again${under}${means}`;
  }

  private ofCompensate({ state }: SeenSaga): string[] {
    if (!state.cause) {
      const calls = pendingUnits(state).map(nameOf).join(' and of ');
      return [`turns back as soon as it is known what became of ${calls || 'the call under way'}`];
    }
    const open = [...state.steps].reverse().filter(isOpen);
    const undone = open.map((step) => `undoes ${step.name}${this.undoMeaning(step)}`);
    return [...(undone.length > 0 ? undone : ['undoes nothing: nothing was done']), 'ends compensated'];
  }

  private ofPause({ definition, state }: SeenSaga): string[] {
    const calls = dueUnits(state, state.updatedAt).filter(
      (ref) => kindOf(definition, state, ref) === 'external',
    );
    return [
      'begins nothing new before somebody resumes it',
      ...calls.map((ref) => `records the outcome of ${nameOf(ref)}, should it be under way`),
    ];
  }

  private ofSkip(before: SeenSaga, after: SeenSaga): string[] {
    const wait = before.state.steps.find(
      ({ name, wait: open }) =>
        open && !open.ended && after.state.steps.find((step) => step.name === name)?.wait?.ended,
    );
    const unit = pendingUnits(before.state).find((ref) => !isOutstanding(unitOf(after.state, ref)));
    const taken = wait
      ? [`ends the wait of ${wait.name} with the given result`]
      : unit
        ? [this.takes(before, unit)]
        : [];
    return [...taken, ...this.goesOn(after, 'goes on with it')];
  }

  private takes({ state }: SeenSaga, unit: UnitRef): string {
    const means = this.meaning(state, unit);
    const books = 'it is not carried out, and no book of ours is changed';
    if (unit.role === 'action')
      return `takes the given result as the outcome of ${unit.name}: ${books}${means && `; not done by us${means}`}`;
    return `takes ${nameOf(unit)} as settled outside: ${books}${means && `; not done by us${means}`}`;
  }

  private ofTerminate(before: SeenSaga, { state }: SeenSaga): string[] {
    const fresh = state.steps.filter(
      ({ name, abandoned }) => abandoned && !before.state.steps.find((step) => step.name === name)?.abandoned,
    );
    const left = fresh.map((step) => {
      const undoing = this.undoWords(step);
      const unknown = isAskedFor(before.state.steps.find(({ name }) => name === step.name)?.action);
      const doubt = unknown ? ', of which nobody knows whether it came about' : '';
      return `abandons the effect of ${step.name}${doubt}: ${undoing ? `nobody ${undoing}` : 'nobody undoes it'}`;
    });
    return [
      ...(left.length > 0 ? left : ['abandons nothing: no effect is open']),
      ...(state.end
        ? ['ends terminated, and the business is not told']
        : ['tells the business that it was terminated, and ends with that']),
    ];
  }

  /** What comes next, as far as the decider has said it. */
  private goesOn({ definition, state }: SeenSaga, otherwise: string): string[] {
    if (state.end) return [`ends ${state.end}`];
    if (state.paused) return ['stays paused: nothing of it happens before somebody resumes it'];
    const due = dueUnits(state, state.updatedAt);
    const waits = state.cause ? [] : state.steps.filter(({ wait }) => wait && !wait.ended);
    const told = [
      ...due.map(
        (ref) => phraseOf(ref, kindOf(definition, state, ref) === 'external') + this.meaning(state, ref),
      ),
      ...waits.map(({ name }) => `waits at ${name}`),
    ];
    return told.length > 0 ? told : [otherwise];
  }

  /** `: refunds 49.00 EUR`, or nothing. */
  private meaning(state: SagaState, ref: UnitRef): string {
    const unit = unitOf(state, ref);
    const step = state.steps.find(({ name }) => name === ref.name);
    if (!unit || ref.role === 'closing') return '';
    if (ref.role === 'compensation') return step ? this.undoMeaning(step) : '';
    const words = this.words?.describe({ command: unit.command, input: unit.input, action: null });
    return words ? `: ${words}` : '';
  }

  private undoMeaning(step: StepState): string {
    const words = this.undoWords(step);
    return words ? `: ${words}` : '';
  }

  private undoWords({ undo, action }: StepState): string | null {
    if (!undo || !this.words) return null;
    const { command, input } = undo;
    const done = action && { command: action.command, input: action.input, result: action.result };
    return this.words.describe({ command, input, action: done });
  }
}

function phraseOf(ref: UnitRef, external: boolean): string {
  if (ref.role === 'compensation') return `undoes ${ref.name}`;
  if (ref.role === 'closing') return `tells the business (${ref.name})`;
  if (ref.role === 'reaction') return `reacts to the event ${ref.name}`;
  return `${external ? 'calls' : 'carries out'} ${ref.name}`;
}

function nameOf({ role, name }: UnitRef): string {
  if (role === 'reaction') return `the reaction to the event ${name}`;
  return role === 'action' ? name : role === 'closing' ? `the closing ${name}` : `the undoing of ${name}`;
}
