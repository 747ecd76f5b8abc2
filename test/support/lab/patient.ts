import { z } from 'zod';
import { message } from '../../../src/platform/messaging/message.js';
import { rejectionEvent } from '../../../src/platform/messaging/rejection.js';
import { defineSaga, goesOn, ignore, keep, turnsBack } from '../../../src/saga/definition/index.js';
import { Finish, Finished, Held, Hold, HoldRefused, Unheld, Unhold } from './messages.js';

/** What a patient saga is told from outside. */
export class Came extends message('lab.came.v1', z.object({ key: z.string() })) {}
export class Declined extends rejectionEvent('lab.declined.v1') {}
export class Overheard extends message('lab.overheard.v1', z.object({ key: z.string() })) {}

const minute = 60_000;

/** Holds, waits for a word until a time of its own, lets `restMs` pass, and finishes. */
export const patient = defineSaga(
  'patient',
  1,
  z.object({ key: z.string(), until: z.iso.datetime(), rest: z.iso.datetime() }),
)
  .step('hold', (s) =>
    s
      .local()
      .action(Hold, ({ input: { key } }) => ({ key }))
      .succeeds(Held)
      .rejects(HoldRefused)
      .compensation(Unhold, ({ input: { key } }) => ({ key }), Unheld),
  )
  .step('decide', (s) =>
    s
      .wait({ until: ({ input }) => input.until })
      .on('came', Came)
      .turnsBackOn('declined', Declined)
      .overdue(turnsBack('LAB.NOBODY', 'Nobody came.'))
      .noCompensation('it only decides'),
  )
  .step('rest', (s) => s.timer({ until: ({ input }) => input.rest }).noCompensation('it only rests'))
  .retriable('collect', (s) =>
    s
      .wait({ withinMs: minute })
      .on('overheard', Overheard)
      .overdue(goesOn())
      .skipWhen(({ input }) => input.key.startsWith('quick')),
  )
  .retriable('finish', (s) =>
    s
      .local()
      .action(Finish, ({ input: { key } }) => ({ key }))
      .succeeds(Finished),
  )
  .hears(Came, { hold: keep(minute), otherwise: ignore('it has come already') })
  .hears(Overheard, {
    hold: keep(minute),
    decide: keep(minute),
    rest: keep(minute),
    otherwise: ignore('it does not collect'),
  })
  .unexpected(ignore('nobody waits for it'))
  .build();

const long = 10 * minute;

/** A request to start one. @param at the times of its wait and of its rest, in milliseconds from now */
export function patientRequest(key: string, { untilMs = long, restMs = 0 } = {}) {
  const after = (ms: number) => new Date(Date.now() + ms).toISOString();
  return { correlationId: key, input: { key, until: after(untilMs), rest: after(restMs) } };
}
