/** The instants at which the crash kit lets something go wrong, and exactly when each of them is. */
export const failpoints = {
  'before-commit': 'all is written, COMMIT is not sent',
  'after-commit': 'COMMIT was answered, no after-commit hook has run, no event is on the bus',
  'wave.locked': 'after the row locks, before the first handler',
  'start.stored': 'sagas and journals have been sent, before the COMMIT of whoever starts them',
  'claim.before': 'before due sagas are claimed',
  'claim.after': 'claimed sagas are owned in the database, and not yet in memory',
  'take-over.before': 'before the sagas of lost workers are taken over',
  'take-over.after': 'sagas that were taken over are owned in the database, and not yet in memory',
  'call.before': 'the intent is committed and counts as sent, nothing has left',
  'call.after': 'the outside has answered, nobody has written it down',
  'resolve.before': 'before the outside is asked what became of a call',
  'resolve.after': 'the outside has said what became of a call, nobody has written it down',
  'delivery.taken': 'after a delivery was marked as handled, before its handler',
  'lease.before-renewal': 'before the lease is renewed',
  'lease.after-renewal': 'the lease is renewed in the database, and this process does not know it yet',
} as const;

/** See `failpoints`. */
export type Failpoint = keyof typeof failpoints;
