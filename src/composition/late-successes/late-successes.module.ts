import { Module } from '@nestjs/common';
import { LateSuccesses } from './late-successes.js';
import { UndoLateBookingOnNotice } from './undo-late-booking-on-notice.js';
import { UndoLateChargeOnNotice } from './undo-late-charge-on-notice.js';

/** What succeeds too late is undone again. */
@Module({
  providers: [LateSuccesses, UndoLateBookingOnNotice, UndoLateChargeOnNotice],
  exports: [LateSuccesses],
})
export class LateSuccessesModule {}
