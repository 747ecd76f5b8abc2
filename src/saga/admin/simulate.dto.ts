import { z } from 'zod';
import { outcomes } from '../simulation/finding.js';
import { sagaId } from './saga-examples.js';

export const simulateRequest = z
  .strictObject({
    sample: z
      .int()
      .min(0)
      .max(10_000)
      .default(200)
      .describe('How many sagas that have ended, of each other version: 0–10,000, 200 by default.'),
  })
  .meta({ examples: [{ sample: 200 }] });

export type SimulateRequest = z.infer<typeof simulateRequest>;

const count = z.int();

const tally = z.object({
  looked: count.describe('Sagas that were looked at.'),
  counts: z
    .object(Object.fromEntries(outcomes.map((outcome) => [outcome, count])))
    .describe(
      '`unaffected`: the same way. `another-path`: it goes another way. `impossible`: what it has done is no valid ' +
        'beginning of the version. `lacks-handler`: this build cannot carry out a command of its way. `stops`: nothing ' +
        'was recorded that would answer what the version asks for.',
    ),
  groups: z
    .array(
      z.object({
        version: z.int().describe('The version that these sagas have, or had.'),
        outcome: z.enum(outcomes),
        step: z.string().nullable().describe('The first step that differs; null: it is the saga as a whole.'),
        difference: z.string().nullable().describe('In words.'),
        count,
        examples: z.array(z.uuid()).readonly().describe('Up to five of them.'),
      }),
    )
    .readonly()
    .describe('By difference, the largest group first; without those that are unaffected.'),
});

const none = { unaffected: 0, 'another-path': 0, impossible: 0, 'lacks-handler': 0, stops: 0 } as const;

export const simulationResponse = z
  .object({
    definition: z.string(),
    version: z.int().describe('The version that was simulated.'),
    inFlight: tally.describe(
      'Every saga in flight under another version: what a move to this one would mean.',
    ),
    ended: tally.describe(
      'The newest sagas that have ended under other versions: the way they would have gone with the answers they got.',
    ),
  })
  .meta({
    examples: [
      {
        definition: 'order-fulfillment',
        version: 2,
        inFlight: {
          looked: 1,
          counts: { ...none, impossible: 1 },
          groups: [
            {
              version: 1,
              outcome: 'impossible',
              step: 'reserve-inventory',
              difference: 'v2 has "reserve-inventory" before "charge-payment", and the saga has not',
              count: 1,
              examples: [sagaId],
            },
          ],
        },
        ended: { looked: 0, counts: none, groups: [] },
      },
    ],
  });

export type SimulationResponse = z.infer<typeof simulationResponse>;
