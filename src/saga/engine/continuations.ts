import { Injectable } from '@nestjs/common';
import type { StoredIntent } from './step-command.js';

/** Which stored intent a committed event leads to. Lives in memory only: the journal is what survives. */
@Injectable()
export class Continuations {
  private readonly byEvent = new WeakMap<object, StoredIntent>();
  private readonly expected = new Map<string, StoredIntent>();

  /** An outcome event, with what its saga goes on with. */
  attach(event: object, intent: StoredIntent): void {
    this.byEvent.set(event, intent);
  }

  /** The first intent of a saga just started: the event that starts it was published by someone else. */
  expect(correlationId: string, intent: StoredIntent): void {
    this.expected.set(correlationId, intent);
  }

  forget(correlationId: string): void {
    this.expected.delete(correlationId);
  }

  /**
   * Null for an event that no saga of this process goes on from.
   * @param correlationId for events that start a saga: whose
   */
  of(event: object, correlationId: string | null = null): StoredIntent | null {
    return (
      this.byEvent.get(event) ?? (correlationId === null ? null : (this.expected.get(correlationId) ?? null))
    );
  }
}
