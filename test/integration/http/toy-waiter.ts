import { CompletionWaiter } from '../../../src/platform/http/prefer-wait.js';

/** Remembers what it was asked to wait for, and ends each wait when the test says so. */
export class ToyWaiter extends CompletionWaiter {
  readonly asked: { id: string; ms: number; signal: AbortSignal }[] = [];
  answer: (id: string, signal: AbortSignal) => Promise<unknown> = async (id) => ({ id, status: 'confirmed' });

  async wait(id: string, ms: number, signal: AbortSignal): Promise<unknown> {
    this.asked.push({ id, ms, signal });
    return this.answer(id, signal);
  }
}
