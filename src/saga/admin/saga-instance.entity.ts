import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SagaStatus } from '../engine/instance-row.js';

/** For the operators' list only. Instances are written by the statements of the store, never through `save()`. */
@Entity({ schema: 'saga', name: 'instance' })
export class SagaInstanceEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  definition!: string;

  @Column('integer')
  version!: number;

  @Column('text', { name: 'correlation_id' })
  correlationId!: string;

  @Column('text')
  status!: SagaStatus;

  @Column('text', { name: 'current_step', nullable: true })
  currentStep!: string | null;

  @Column('integer')
  revision!: number;

  @Column('timestamptz', { name: 'wake_at', nullable: true })
  wakeAt!: Date | null;

  @Column('integer', { name: 'open_effects' })
  openEffects!: number;

  @Column('text', { name: 'failed_step', nullable: true })
  failedStep!: string | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: string | null;

  @Column('timestamptz', { name: 'attention_since', nullable: true })
  attentionSince!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
