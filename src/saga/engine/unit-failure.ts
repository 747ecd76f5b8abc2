import type { UnitRef } from './state.js';

/** In which part of a unit a handler failed. */
export type UnitPart = 'execute' | 'begin' | 'record';

/** A handler failed: which unit's it was, and with what. The transaction is of no more use. */
export class UnitFailure extends Error {
  override readonly name = 'UnitFailure';

  constructor(
    readonly unit: UnitRef,
    readonly part: UnitPart,
    override readonly cause: unknown,
    /** True when no handler ran: the stored intent could not be made a command, or its outcome not be decided on. */
    readonly ofMapping = false,
  ) {
    super(`${unit.role} ${unit.name} failed`, { cause });
  }
}
