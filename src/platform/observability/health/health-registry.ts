import { Injectable } from '@nestjs/common';

/** How one part of the system is. */
export interface Health {
  readonly up: boolean;
  /** Facts for whoever looks, shown in public: no secrets, no names, no data. */
  readonly [fact: string]: unknown;
}

export type HealthCheck = () => Promise<Health>;

/**
 * What must be well for this process to be given work. Whoever knows such a thing registers a check for it, in
 * `onModuleInit`; a check that throws, or takes longer than two seconds, counts as down.
 */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();

  /** @throws Error when the name is taken. */
  register(name: string, check: HealthCheck): void {
    if (this.checks.has(name)) throw new Error(`Two health checks are named "${name}".`);
    this.checks.set(name, check);
  }

  all(): ReadonlyMap<string, HealthCheck> {
    return this.checks;
  }
}
