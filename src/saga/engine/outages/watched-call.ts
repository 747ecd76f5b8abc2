import { Injectable, Logger } from '@nestjs/common';
import type { AttemptLimits } from '../attempt-limits.js';
import { Call } from '../call.js';
import { storeError } from '../errors.js';
import type { OwnedSaga, Work } from '../owned-saga.js';
import type { StoredError, UnitRef } from '../state.js';
import { Dependencies, type Admission } from './dependencies.js';
import { signOf } from './sign.js';

/**
 * A call behind the breaker of whom it calls. While that is open the call is not made, nor is it asked what became of
 * an earlier one: the unit is held, and uses up nothing. How a call ended is told to the breaker before it is recorded.
 */
@Injectable()
export class WatchedCall {
  private readonly log = new Logger(WatchedCall.name);

  constructor(
    private readonly call: Call,
    private readonly dependencies: Dependencies,
  ) {}

  /** As `Call.attempt`: it never throws. */
  async attempt(
    saga: OwnedSaga,
    unit: UnitRef,
    ask: boolean,
    limits: AttemptLimits,
    ending: AbortSignal,
  ): Promise<Work> {
    const dependency = dependencyOf(saga, unit);
    if (dependency === null) return this.call.attempt(saga, unit, ask, limits, ending);
    const admission = await this.admit(saga, dependency, limits);
    if (admission.as === 'held') return hold(saga, unit, dependency, admission.error, false);
    const work = await this.call.attempt(saga, unit, ask, limits, ending);
    try {
      const error = await this.tell(saga, dependency, admission, ending.aborted ? null : work);
      return error ? heldInstead(work, saga, unit, dependency, error) : work;
    } catch (error) {
      this.log.warn({ dependency, err: error }, 'How a call ended could not be told to its breaker.');
      return work;
    }
  }

  private async admit({ id }: OwnedSaga, dependency: string, limits: AttemptLimits): Promise<Admission> {
    try {
      return await this.dependencies.admit(dependency, id, limits.attemptTimeoutMs);
    } catch (error) {
      // It may have got the probe all the same; should it not, another one will.
      this.log.warn({ dependency, err: error }, 'A probe could not be taken.');
      return { as: 'held', error: storeError(error) };
    }
  }

  /** @param work null: the call was ended from our side. @returns the error under which the unit is held; null: it is not */
  private async tell(
    { id }: OwnedSaga,
    dependency: string,
    admission: Admission,
    work: Work | null,
  ): Promise<StoredError | null> {
    const sign = work && signOf(work);
    if (sign === null) await this.dependencies.toldNothing(dependency, id, admission);
    else if (sign === 'alive') await this.dependencies.answered(dependency, id, admission);
    else return this.dependencies.failed(dependency, id, sign.outage, admission);
    return null;
  }
}

/** Whom a unit calls; null: nobody that is watched. */
export function dependencyOf(
  { definition }: Pick<OwnedSaga, 'definition'>,
  { role, name }: UnitRef,
): string | null {
  if (role === 'closing') return null;
  const unit =
    role === 'action'
      ? definition.steps.find((step) => step.name === name)
      : definition.compensations.find(({ step }) => step === name);
  return unit?.dependency ?? null;
}

/** A failure without an effect is held. One that may have had an effect is recorded as that first: it is asked for. */
function heldInstead(
  work: Work,
  saga: OwnedSaga,
  unit: UnitRef,
  dependency: string,
  error: StoredError,
): Work {
  if (work.kind !== 'stimulate') return work;
  const { stimulus } = work;
  if (stimulus.kind === 'resolve-failed') return hold(saga, unit, dependency, error, false);
  if (stimulus.kind === 'attempt-failed' && !stimulus.sent) {
    return hold(saga, unit, dependency, stimulus.error, true);
  }
  return work;
}

function hold(saga: OwnedSaga, unit: UnitRef, dependency: string, error: StoredError, made: boolean): Work {
  return { kind: 'stimulate', saga, stimulus: { kind: 'held', unit, dependency, error, made } };
}
