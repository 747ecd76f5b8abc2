import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

const hooks = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

type Provider = Partial<Record<(typeof hooks)[number], () => unknown>>;

/**
 * Lets go of what a dead process has left in memory: its timers and pools. Not by `close()`, which ends at the first
 * hook that throws, and the dead cannot say goodbye to the database.
 */
export async function bury(context: INestApplicationContext): Promise<void> {
  const modules = [...context.get(ModulesContainer).values()];
  const providers = new Set<Provider>(
    modules.flatMap((module) =>
      [...module.providers.values()].map(({ instance }) => (instance ?? {}) as Provider),
    ),
  );
  for (const hook of hooks) {
    await Promise.allSettled([...providers].map(async (provider) => provider[hook]?.()));
  }
}
