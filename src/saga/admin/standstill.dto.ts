import { z } from 'zod';

/** One word for each reason, for whoever counts them. */
export const standstillKind = z.enum([
  'paused',
  'parked',
  'held',
  'backing-off',
  'waiting',
  'no-worker',
  'lease-expired',
  'slow',
]);

export const standstill = z.object({
  kind: standstillKind.describe(
    '`paused`: by an operator. `parked`: waits for one. `held`: whom it calls is out of order, or held by an operator. ' +
      '`backing-off`: failed, and is tried again by itself. `waiting`: for an event, a time, another saga, or a ' +
      'confirmation. `no-worker`: something is to be done, and no worker takes it. `lease-expired`: its owner was lost, ' +
      'and nobody has taken it over yet. `slow`: its owner has been at it for longer than an attempt may take.',
  ),
  since: z.iso.datetime().describe('Since when it has got nowhere.'),
  until: z.iso
    .datetime()
    .nullable()
    .describe('When it goes on by itself, or time decides; null: only a person, a worker or an event helps.'),
  code: z.string().nullable().describe('Of the failure behind it; null: none.'),
  reason: z
    .string()
    .describe('Why, in a sentence: what it is about, whom it waits for, since and until when.'),
});

export type Standstill = z.infer<typeof standstill>;
