import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RolloutGlance } from '../rollout/rollout-glance.js';
import type { ApprovalGlance } from './approvals/approval.js';
import type { DependencyGlance } from './dependency-glance.js';
import type { JobGlance } from './jobs/job-glance.js';
import type { SagaGlance } from './saga-glance.js';

/** How what was acted on stood. */
export type Glance = SagaGlance | DependencyGlance | RolloutGlance | JobGlance | ApprovalGlance;

/** For the list only. Entries are written by `AuditLog`; the table refuses every change. */
@Entity({ schema: 'saga', name: 'audit' })
export class AuditEntryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  role!: string;

  @Column('text')
  action!: string;

  @Column('uuid', { name: 'saga_id', nullable: true })
  sagaId!: string | null;

  @Column('text')
  reason!: string;

  @Column('jsonb', { nullable: true })
  before!: Glance | null;

  @Column('jsonb', { nullable: true })
  after!: Glance | null;

  @Column('uuid', { name: 'job_id', nullable: true })
  jobId!: string | null;

  @Column('uuid', { name: 'approval_id', nullable: true })
  approvalId!: string | null;
}
