import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { CommandHandlerRegistry } from '../../platform/messaging/command-handler-registry.js';
import {
  DefinitionError,
  DefinitionRegistry,
  verifyChildren,
  verifyDefinition,
} from '../definition/index.js';
import { SagaStore } from '../store/saga-store.js';
import { Lease } from './lease.js';
import { Recovery } from './recovery.js';
import { Runner } from './runner.js';

/** Start and end of the worker in this process. */
@Injectable()
export class Engine implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(Engine.name);
  private running = false;

  constructor(
    private readonly runner: Runner,
    private readonly recovery: Recovery,
    private readonly lease: Lease,
    private readonly store: SagaStore,
    private readonly definitions: DefinitionRegistry,
    private readonly handlers: CommandHandlerRegistry,
    private readonly settings: Settings,
  ) {}

  /** @throws DefinitionError when a definition must not run, in every role: an API would accept orders for it */
  onModuleInit(): void {
    this.handlers.explore();
    const kinds = this.handlers.kinds();
    const findings = this.definitions.all().flatMap((definition) => verifyDefinition(definition, kinds));
    findings.push(...verifyChildren(this.definitions.all()));
    if (findings.length > 0) throw new DefinitionError(findings);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    await this.lease.acquire();
    this.runner.start();
    this.running = true;
    // Nest's bus begins to listen in this same phase; what is found must not overtake it. By then it may be over.
    setImmediate(() => this.running && this.recovery.start());
  }

  /** Drains: nothing new, waves and what is known of calls are written, the rest is given back at once. */
  async beforeApplicationShutdown(): Promise<void> {
    if (!this.running) return;
    this.running = false;
    await this.recovery.stop();
    const left = await this.runner.drain();
    try {
      await this.store.release(left, 0);
      await this.lease.end();
      this.log.log({ released: left.length }, 'The worker has stopped.');
    } catch (error) {
      // The lease runs out by itself then, and its sagas are taken over as after a kill.
      this.log.warn({ err: error, sagas: left.length }, 'The worker could not give its sagas back.');
    }
  }
}
