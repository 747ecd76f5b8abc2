import { Module } from '@nestjs/common';
import { SandboxModule } from '../../platform/sandbox/sandbox.module.js';
import { JournalCheck } from '../../saga/index.js';
import { LateSuccessesModule } from '../late-successes/late-successes.module.js';
import { AuditSchedule } from './audit-schedule.js';
import { AuditorMetrics } from './auditor-metrics.js';
import { AuditorController } from './auditor.controller.js';
import { Auditor } from './auditor.js';
import { Journals } from './journals.js';
import { OutsideAfterTheEnd } from './outside-after-the-end.js';
import { OutsideAgrees } from './outside-agrees.js';
import { OutsideIsOurs } from './outside-is-ours.js';
import { OutsideLedgers } from './outside-ledgers.js';
import { Reports } from './reports.js';
import { Turns } from './turns.js';

/** The auditor: reads the modules' books, writes nothing but its report, and tells of what succeeded too late. */
@Module({
  imports: [SandboxModule, LateSuccessesModule],
  controllers: [AuditorController],
  providers: [
    Auditor,
    AuditSchedule,
    AuditorMetrics,
    JournalCheck,
    Journals,
    OutsideAfterTheEnd,
    OutsideAgrees,
    OutsideIsOurs,
    OutsideLedgers,
    Reports,
    Turns,
  ],
})
export class AuditorModule {}
