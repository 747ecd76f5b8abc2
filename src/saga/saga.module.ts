import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { DefinitionRegistry, type SagaDefinition } from './definition/index.js';
import { CallDesk } from './engine/call-desk.js';
import { Call } from './engine/call.js';
import { ChildEndedHandler, SagaVerdictHandler } from './engine/child-news.handler.js';
import { ChildWork } from './engine/child-work.js';
import { Continuations } from './engine/continuations.js';
import { DatabaseClock } from './engine/database-clock.js';
import { DefaultVersions } from './engine/default-versions.js';
import { EarlyEventPruner } from './engine/early-event.pruner.js';
import { Engine } from './engine/engine.js';
import { EventIntake } from './engine/event-intake.js';
import { EventStarter } from './engine/event-starter.js';
import { Heartbeats } from './engine/heartbeats.js';
import { IntentMapping } from './engine/intent-mapping.js';
import { Lanes } from './engine/lanes.js';
import { LeaseConnection } from './engine/lease-connection.js';
import { Lease } from './engine/lease.js';
import {
  BreakerSettings,
  defaultBreakerPolicy,
  type BreakerPolicy,
} from './engine/outages/breaker-policy.js';
import { Dependencies } from './engine/outages/dependencies.js';
import { OutageWatch } from './engine/outages/outage-watch.js';
import { WatchedCall } from './engine/outages/watched-call.js';
import { ProgressPruner } from './engine/progress.pruner.js';
import { Quarantine } from './engine/quarantine.js';
import { Recovery } from './engine/recovery.js';
import { Requests } from './engine/requests.js';
import { RetryLog } from './engine/retry-log.js';
import { Runner } from './engine/runner.js';
import { LogFields } from './engine/saga-fields.js';
import { SagaObservers } from './engine/saga-observers.js';
import { SagaWatch } from './engine/saga-watch.js';
import { Sagas } from './engine/sagas.js';
import { SegmentUpkeep } from './engine/segment-upkeep.js';
import { Starter } from './engine/starter.js';
import { ParkSagaHandler, StepCommandHandler } from './engine/step-command.handler.js';
import { StepExecutor } from './engine/step-executor.js';
import { UnitWork } from './engine/unit-work.js';
import { VersionHealth } from './engine/version-health.js';
import { Wave } from './engine/wave.js';
import { RolloutStore } from './rollout/rollout-store.js';
import { Rollouts } from './rollout/rollouts.js';
import { Partitions } from './history/partitions.js';
import { Retention } from './history/retention.js';
import { ReleasedVersions, type Released } from './released/released-versions.js';
import { SagaLog } from './observability/saga-log.js';
import { SagaTraces } from './observability/saga-traces.js';
import { SpanAttributes, type DescribeForSpans } from './observability/span-attributes.js';
import { DependencyStore } from './store/dependency-store.js';
import { WorkerPruner } from './engine/worker.pruner.js';
import { EarlyEventStore } from './store/early-event-store.js';
import { SagaStore } from './store/saga-store.js';

export interface SagaModuleOptions {
  /** All definitions, in all versions that may be in flight. */
  readonly definitions: readonly SagaDefinition[];
  /** Which version new sagas of a definition get. */
  readonly defaultVersions: Readonly<Record<string, number>>;
  /** Classes with `@Saga()` streams that map the definitions' events to commands; see `toStepCommand`. */
  readonly streams: readonly Type[];
  /** What was released, and so must be as it was; default: nothing. */
  readonly released?: Released;
  /** How breakers of dependencies act, where it is not to be the default. */
  readonly breakers?: Partial<BreakerPolicy>;
  /** By definition, what its business key is called in the log: `orderId`. Default: `correlationId` alone. */
  readonly businessKeys?: Readonly<Record<string, string>>;
  /** By definition, what its spans tell of what it is about: `order.id`. Default: of the saga alone. */
  readonly spanAttributes?: Readonly<Record<string, DescribeForSpans>>;
}

/** The engine with its store. What it runs is given to it. */
@Global()
@Module({})
export class SagaModule {
  static forRoot(options: SagaModuleOptions): DynamicModule {
    const { definitions, defaultVersions, streams, breakers, released = {} } = options;
    const { businessKeys = {}, spanAttributes = {} } = options;
    return {
      module: SagaModule,
      providers: [
        { provide: DefinitionRegistry, useFactory: () => new DefinitionRegistry(definitions) },
        { provide: DefaultVersions, useValue: new DefaultVersions(defaultVersions) },
        { provide: ReleasedVersions, useValue: new ReleasedVersions(released) },
        { provide: BreakerSettings, useValue: new BreakerSettings({ ...defaultBreakerPolicy, ...breakers }) },
        { provide: LogFields, useValue: new LogFields(businessKeys) },
        { provide: SpanAttributes, useValue: new SpanAttributes(spanAttributes) },
        SagaStore,
        DependencyStore,
        Dependencies,
        OutageWatch,
        WatchedCall,
        SagaWatch,
        SagaObservers,
        RetryLog,
        SagaLog,
        SagaTraces,
        EarlyEventStore,
        EarlyEventPruner,
        EventIntake,
        EventStarter,
        Continuations,
        DatabaseClock,
        IntentMapping,
        StepExecutor,
        Heartbeats,
        Lease,
        LeaseConnection,
        UnitWork,
        ChildWork,
        ChildEndedHandler,
        SagaVerdictHandler,
        Wave,
        Lanes,
        Call,
        CallDesk,
        Quarantine,
        Runner,
        Recovery,
        Rollouts,
        RolloutStore,
        Starter,
        Requests,
        Sagas,
        Engine,
        StepCommandHandler,
        ParkSagaHandler,
        VersionHealth,
        WorkerPruner,
        ProgressPruner,
        SegmentUpkeep,
        Partitions,
        Retention,
        ...streams,
      ],
      exports: [
        Continuations,
        IntentMapping,
        Sagas,
        Requests,
        SagaStore,
        DependencyStore,
        DefinitionRegistry,
        DefaultVersions,
        ReleasedVersions,
        RolloutStore,
        SagaObservers,
      ],
    };
  }
}
