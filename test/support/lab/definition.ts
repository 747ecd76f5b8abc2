import { z } from 'zod';
import { defineSaga, type SagaDefinition } from '../../../src/saga/definition/index.js';
import {
  Finish,
  Finished,
  Held,
  Hold,
  HoldRefused,
  Note,
  Noted,
  NoteRefused,
  Paid,
  Pay,
  PayRefused,
  Refund,
  Refunded,
  Ship,
  Shipped,
  ShipRefused,
  Unheld,
  Unhold,
  Unnote,
  Unnoted,
} from './messages.js';

/** A saga with one step of each sort, quick to retry. */
export const lab = defineSaga('lab', 1, z.object({ key: z.string() }))
  .retry({ backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 })
  .step('hold', (s) =>
    s
      .local()
      .action(Hold, ({ input }) => input)
      .succeeds(Held)
      .rejects(HoldRefused)
      .compensation(Unhold, ({ input }) => input, Unheld, {
        retry: { backoff: { kind: 'fixed', everyMs: 30 } },
      }),
  )
  .step('pay', (s) =>
    s
      .external({ attemptTimeoutMs: 1_000 })
      .action(Pay, ({ input, reference }) => ({ ...input, reference }))
      .succeeds(Paid)
      .rejects(PayRefused)
      .compensation(Refund, ({ input, action }) => ({ ...input, reference: action.reference }), Refunded, {
        retry: { backoff: { kind: 'fixed', everyMs: 30 }, maxAttempts: 3 },
        attemptTimeoutMs: 1_000,
      }),
  )
  .step('note', (s) =>
    s
      .local()
      .action(Note, ({ input }) => input)
      .succeeds(Noted)
      .rejects(NoteRefused)
      .compensation(Unnote, ({ input }) => input, Unnoted, {
        retry: { backoff: { kind: 'fixed', everyMs: 30 } },
      }),
  )
  .pivot('ship', (s) =>
    s
      .external({ attemptTimeoutMs: 1_000 })
      .action(Ship, ({ input, reference }) => ({ ...input, reference }))
      .succeeds(Shipped)
      .rejects(ShipRefused),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input }) => input)
      .succeeds(Finished),
  )
  .build();

/** The next version: nothing is noted any more. Up to `pay` it is equal. */
export const labWithoutNote: SagaDefinition = {
  ...lab,
  version: 2,
  steps: lab.steps.filter(({ name }) => name !== 'note'),
  compensations: lab.compensations.filter(({ step }) => step !== 'note'),
};
