import { z } from 'zod';
import { versionNumber } from './saga-definition.params.dto.js';

export const definitionDiffQuery = z.strictObject({
  from: versionNumber.meta({ description: 'The version to compare with.', example: 1 }),
  to: versionNumber.meta({ description: 'The version to look at.', example: 2 }),
});

export type DefinitionDiffQuery = z.infer<typeof definitionDiffQuery>;

const loneStep = z.object({
  step: z.string(),
  after: z.string().nullable().describe('The step before it there; null: it is the first.'),
  phase: z.string(),
  kind: z.string(),
  command: z.string().nullable().describe('Null for a wait and a timer.'),
  undoneBy: z.string().nullable().describe('The command of its compensation; null: it has none.'),
});

const change = z.object({
  aspect: z
    .enum([
      ...(['handler', 'input', 'outcome', 'compensation', 'policy', 'condition'] as const),
      ...(['wait', 'child', 'place', 'parameters', 'definition'] as const),
    ])
    .describe('What it is about.'),
  field: z.string().describe('Path in the description of the version.'),
  from: z.unknown().describe('Null also where there is nothing.'),
  to: z.unknown().describe('Null also where there is nothing.'),
});

export const definitionDiff = z
  .object({
    name: z.string(),
    from: z.int(),
    to: z.int(),
    added: z.array(loneStep).readonly().describe('Steps that only `to` has.'),
    removed: z.array(loneStep).readonly().describe('Steps that only `from` has.'),
    moved: z
      .array(
        z.object({
          step: z.string(),
          after: z
            .object({ from: z.string().nullable(), to: z.string().nullable() })
            .describe('The step before it in each; null: it is the first.'),
        }),
      )
      .readonly()
      .describe('Steps of both that stand on another side of one that stayed.'),
    changed: z
      .array(z.object({ step: z.string(), changes: z.array(change).readonly() }))
      .readonly()
      .describe('Steps of both that do something else.'),
    others: z.array(change).readonly().describe('Changes of the definition itself.'),
    text: z.string().describe('All of it in words, a line each.'),
  })
  .meta({
    examples: [
      {
        name: 'order-fulfillment',
        from: 1,
        to: 2,
        added: [
          {
            step: 'reserve-inventory',
            after: 'review-order',
            phase: 'compensatable',
            kind: 'local',
            command: 'inventory.reserve-inventory.v1',
            undoneBy: 'inventory.release-reservation.v1',
          },
        ],
        removed: [],
        moved: [],
        changed: [
          {
            step: 'charge-payment',
            changes: [{ aspect: 'policy', field: 'retry.maxAttempts', from: 5, to: 8 }],
          },
        ],
        others: [],
        text:
          'order-fulfillment v1 → v2\n+ reserve-inventory, after review-order: compensatable, local, ' +
          'inventory.reserve-inventory.v1, undone by inventory.release-reservation.v1\n' +
          '~ charge-payment: retry.maxAttempts 5 → 8',
      },
    ],
  });
