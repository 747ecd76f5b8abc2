import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditCheck } from './audit-check.js';
import { AuditLog } from './audit-log.js';
import { AuditSealer } from './audit-sealer.js';
import { AuditController } from './audit.controller.js';
import { Consequences } from './consequences.js';
import { DependenciesController } from './dependencies.controller.js';
import { DependencyAdmin } from './dependency-admin.js';
import { DependencyReader } from './dependency-reader.js';
import { FailureReader } from './failure-reader.js';
import { FailuresController } from './failures.controller.js';
import { DefinitionCatalogue } from './definition-catalogue.js';
import { SagaActionsController } from './saga-actions.controller.js';
import { SagaActions } from './saga-actions.js';
import { SagaDefinitionsController } from './saga-definitions.controller.js';
import { SagaInstanceEntity } from './saga-instance.entity.js';
import { SagaOverridesController } from './saga-overrides.controller.js';
import { SagaReader } from './saga-reader.js';
import { SagasController } from './sagas.controller.js';

/** What operators see of sagas and do to them. Needs what the global saga module exports. */
@Module({
  imports: [TypeOrmModule.forFeature([SagaInstanceEntity, AuditEntryEntity])],
  controllers: [
    SagasController,
    SagaActionsController,
    SagaOverridesController,
    AuditController,
    SagaDefinitionsController,
    DependenciesController,
    FailuresController,
  ],
  providers: [
    SagaReader,
    SagaActions,
    Consequences,
    AuditLog,
    AuditSealer,
    AuditCheck,
    DefinitionCatalogue,
    DependencyReader,
    DependencyAdmin,
    FailureReader,
  ],
})
export class SagaAdminModule {}
