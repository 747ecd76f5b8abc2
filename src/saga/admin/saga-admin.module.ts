import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BreachReader } from '../rollout/breach-reader.js';
import { GuardWatch } from '../rollout/guard-watch.js';
import { Observations } from '../rollout/observations.js';
import { RolloutAdmin } from '../rollout/rollout-admin.js';
import { RolloutsController } from '../rollout/rollouts.controller.js';
import { Simulator } from '../simulation/simulator.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { Approvals } from './approvals/approvals.js';
import { Overrides } from './approvals/overrides.js';
import { SecondPerson } from './approvals/second-person.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditCheck } from './audit-check.js';
import { AuditLog } from './audit-log.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditController } from './audit.controller.js';
import { Consequences } from './consequences.js';
import { DependenciesController } from './dependencies.controller.js';
import { DependencyAdmin } from './dependency-admin.js';
import { DependencyReader } from './dependency-reader.js';
import { DefinitionDiffController } from './definition-diff.controller.js';
import { DefinitionDiffs } from './definition-diffs.js';
import { FailureReader } from './failure-reader.js';
import { FailuresController } from './failures.controller.js';
import { DefinitionCatalogue } from './definition-catalogue.js';
import { JobDesk } from './jobs/job-desk.js';
import { JobRunner } from './jobs/job-runner.js';
import { JobStore } from './jobs/job-store.js';
import { JobPruner } from './jobs/job.pruner.js';
import { JobsController } from './jobs/jobs.controller.js';
import { Jobs } from './jobs/jobs.js';
import { SagaActionsController } from './saga-actions.controller.js';
import { SagaActions } from './saga-actions.js';
import { SagaDefinitionsController } from './saga-definitions.controller.js';
import { SagaInstanceEntity } from './saga-instance.entity.js';
import { SagaMovesController } from './saga-moves.controller.js';
import { SagaMoves } from './saga-moves.js';
import { SagaOverridesController } from './saga-overrides.controller.js';
import { SagaReader } from './saga-reader.js';
import { SagasController } from './sagas.controller.js';
import { SimulationController } from './simulation.controller.js';

/** What operators see of sagas and do to them. Needs what the global saga module exports. */
@Module({
  imports: [TypeOrmModule.forFeature([SagaInstanceEntity, AuditEntryEntity])],
  controllers: [
    SagasController,
    SagaActionsController,
    SagaOverridesController,
    SagaMovesController,
    AuditController,
    SagaDefinitionsController,
    DefinitionDiffController,
    RolloutsController,
    SimulationController,
    DependenciesController,
    FailuresController,
    JobsController,
    ApprovalsController,
  ],
  providers: [
    SagaReader,
    SagaActions,
    SagaMoves,
    Consequences,
    AuditLog,
    AuditSealer,
    AuditCheck,
    DefinitionCatalogue,
    DefinitionDiffs,
    RolloutAdmin,
    Observations,
    GuardWatch,
    BreachReader,
    Simulator,
    DependencyReader,
    DependencyAdmin,
    FailureReader,
    SecondPerson,
    Overrides,
    Approvals,
    Jobs,
    JobStore,
    JobRunner,
    JobDesk,
    JobPruner,
  ],
})
export class SagaAdminModule {}
