import { Module } from '@nestjs/common';
import { LateSuccesses } from './late-successes.js';
import { UndoLateChargeOnNotice } from './undo-late-charge-on-notice.js';

/** What succeeds too late is undone again. */
@Module({
  providers: [LateSuccesses, UndoLateChargeOnNotice],
  exports: [LateSuccesses],
})
export class LateSuccessesModule {}
