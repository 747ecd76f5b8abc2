import { Module } from '@nestjs/common';
import { IdempotencyRecords } from './idempotency-records.js';
import { IdempotencyPruner } from './idempotency.pruner.js';

@Module({
  providers: [IdempotencyRecords, IdempotencyPruner],
  exports: [IdempotencyRecords, IdempotencyPruner],
})
export class IdempotencyModule {}
