import type { SagaCommit, SagaObserver } from '../../src/saga/engine/saga-observers.js';

/** Sees fulfillments begin and end in this process, each after its commit. */
export class Endings implements SagaObserver {
  private readonly begun = new Map<string, number>();
  private readonly ended = new Set<string>();
  private readonly waiting = new Map<string, () => void>();
  private latencies: number[] = [];
  /** Fulfillments that this process has ended. */
  total = 0;

  committed(commits: readonly SagaCommit[]): void {
    const now = performance.now();
    for (const { before, state } of commits) {
      if (state.definition !== 'order-fulfillment') continue;
      const { correlationId: orderId } = state;
      if (before === null) this.begun.set(orderId, now);
      if (state.endedAt !== null) this.end(orderId, now);
    }
  }

  /** Resolves when the order's fulfillment has ended. To be asked once for each order placed here. */
  of(orderId: string): Promise<void> {
    // One that ended before anybody asked: its placing was answered later than its last step.
    if (this.ended.delete(orderId)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.set(orderId, resolve));
  }

  takeLatencies(): number[] {
    const taken = this.latencies;
    this.latencies = [];
    this.ended.clear();
    return taken;
  }

  private end(orderId: string, now: number): void {
    this.total++;
    const begunAt = this.begun.get(orderId);
    // Placed by another process.
    if (begunAt === undefined) return;
    this.begun.delete(orderId);
    this.latencies.push(now - begunAt);
    const resolve = this.waiting.get(orderId);
    if (!resolve) return void this.ended.add(orderId);
    this.waiting.delete(orderId);
    resolve();
  }
}
