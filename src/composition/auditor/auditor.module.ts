import { Module } from '@nestjs/common';
import { SandboxModule } from '../../platform/sandbox/sandbox.module.js';
import { JournalCheck } from '../../saga/index.js';
import { AuditSchedule } from './audit-schedule.js';
import { AuditorController } from './auditor.controller.js';
import { Auditor } from './auditor.js';
import { Journals } from './journals.js';
import { OutsideAgrees } from './outside-agrees.js';
import { OutsideIsOurs } from './outside-is-ours.js';
import { OutsideLedgers } from './outside-ledgers.js';
import { Reports } from './reports.js';
import { Turns } from './turns.js';

/** The auditor: reads the modules' books, writes nothing but its report. */
@Module({
  imports: [SandboxModule],
  controllers: [AuditorController],
  providers: [
    Auditor,
    AuditSchedule,
    JournalCheck,
    Journals,
    OutsideAgrees,
    OutsideIsOurs,
    OutsideLedgers,
    Reports,
    Turns,
  ],
})
export class AuditorModule {}
