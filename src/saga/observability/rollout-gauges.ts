import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/observability/metrics/metrics.js';
import { DefinitionRegistry } from '../definition/index.js';
import type { Rollout } from '../rollout/rollout.js';
import { RolloutStore } from '../rollout/rollout-store.js';

/** Who gets which version, as it stands in the database: every process shows the same. */
@Injectable()
export class RolloutGauges {
  constructor(
    metrics: Metrics,
    private readonly rollouts: RolloutStore,
    private readonly definitions: DefinitionRegistry,
  ) {
    const share = metrics.gauge({
      name: 'saga_rollout_share',
      help: 'The share of new sagas that a version gets, 0 to 1; rules come before it.',
      labels: ['definition', 'version'],
    });
    const breached = metrics.gauge({
      name: 'saga_rollout_breached',
      help: "1 for a version whose share a guard has taken back, until somebody changes the definition's rollout.",
      labels: ['definition', 'version', 'metric'],
    });
    metrics.reading({
      name: 'rollouts',
      gauges: [share, breached],
      ask: () => this.all(),
      show: (all) => {
        for (const { definition, shares, breach } of all) {
          for (const [version, percent] of Object.entries(shares))
            share.set({ definition, version }, percent / 100);
          if (!breach) continue;
          breached.set({ definition, version: breach.guard.candidate, metric: breach.metric }, 1);
        }
      },
    });
  }

  /** Those that nobody has changed as well. */
  private async all(): Promise<Rollout[]> {
    const changed = new Map((await this.rollouts.all()).map((rollout) => [rollout.definition, rollout]));
    const names = new Set([...this.definitions.all().map(({ name }) => name), ...changed.keys()]);
    return [...names].map((name) => changed.get(name) ?? this.rollouts.untouched(name));
  }
}
