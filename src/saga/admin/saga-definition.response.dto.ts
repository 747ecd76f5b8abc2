import { z } from 'zod';
import { pageOf } from '../../platform/http/page.js';

const versionSummary = z.object({
  version: z.int(),
  state: z
    .enum(['active', 'deprecated', 'closed', 'unknown'])
    .describe(
      '`active`; `deprecated`: it may still get new sagas, with a warning; `closed`: it gets none. Those in flight run ' +
        'it to their end. `unknown`: sagas in flight need it, and this build does not have it.',
    ),
  share: z.int().describe('Percent of new sagas that get it, but for those that a rule gives another one.'),
  removable: z
    .boolean()
    .describe('True: it is closed and no saga needs it any more; its code may be removed.'),
  inFlight: z.int().describe('Sagas that have not ended.'),
  inFlightByStatus: z.record(z.string(), z.int()),
  fingerprint: z
    .string()
    .nullable()
    .describe('SHA-256 of all that decides what a saga of this version does; null for an unknown one.'),
});

const summaryExample = {
  version: 2,
  state: 'active',
  share: 100,
  removable: false,
  inFlight: 3,
  inFlightByStatus: { running: 2, parked: 1 },
  fingerprint: '2f6d…',
} as const;

const revision = z.int().describe("The rollout's; what `If-Match` compares when it is changed.");

const definition = z
  .object({
    name: z.string(),
    revision,
    versions: z.array(versionSummary).describe('Ascending.'),
  })
  .meta({ examples: [{ name: 'order-fulfillment', revision: 7, versions: [summaryExample] }] });

export const definitionPage = pageOf(definition);

const retry = z.looseObject({
  maxAttempts: z.int().describe('The first included.'),
  whenExhausted: z.enum(['park', 'compensate']),
  backoff: z.looseObject({ kind: z.string() }).describe('Milliseconds.'),
});

const input = z.unknown().describe('Where each field comes from, as a path into stored data.');

const compensation = z.looseObject({
  command: z.string(),
  kind: z.enum(['local', 'external']),
  input,
  retry,
  after: z.array(z.string()).readonly().describe('Steps whose compensations come first.'),
});

const step = z.looseObject({
  name: z.string(),
  phase: z.enum(['compensatable', 'pivot', 'retriable']),
  kind: z.enum(['local', 'external', 'wait', 'timer', 'child']),
  branch: z
    .object({ group: z.string(), branch: z.string() })
    .optional()
    .describe('Where it stands in a group, whose branches run side by side. Absent: in none.'),
  action: z
    .looseObject({
      command: z.string(),
      input,
      succeeds: z.array(z.string()),
      rejects: z.string().nullable(),
    })
    .nullable()
    .describe('Null for a wait and a timer.'),
  wait: z
    .looseObject({
      cases: z
        .array(z.object({ name: z.string(), event: z.string(), then: z.enum(['go-on', 'turn-back']) }))
        .describe('The events that end it; none for a timer.'),
      lasts: z
        .union([z.object({ ms: z.number() }), z.object({ until: z.unknown() })])
        .describe('Milliseconds, or the path of the time in stored data.'),
      overdue: z.looseObject({ then: z.enum(['go-on', 'turn-back', 'park']) }),
    })
    .nullable(),
  conditional: z.boolean().describe('It may be passed over.'),
  noCompensation: z.string().nullable().describe('Why there is nothing to undo.'),
  retry,
  attemptTimeoutMs: z.number(),
  heartbeatTimeoutMs: z.number().nullable(),
  compensation: compensation.nullable(),
});

const answer = z.looseObject({ then: z.enum(['keep', 'ignore', 'react', 'park']) });

const closing = z.looseObject({ closing: z.string(), command: z.string(), input, retry });

const retryExample = {
  backoff: { kind: 'exponential', initialMs: 1000, coefficient: 2, maxMs: 60000 },
  maxAttempts: 5,
  jitter: 0,
  reactions: {},
  whenExhausted: 'park' as const,
};

export const versionReport = versionSummary
  .extend({
    name: z.string(),
    revision,
    deadlineMs: z
      .number()
      .nullable()
      .describe('Turns back by itself when the pivot is not passed in this time; null: never.'),
    startedBy: z
      .object({ event: z.string(), map: z.unknown() })
      .nullable()
      .describe('The event in whose commit a saga begins; null: somebody starts it.'),
    steps: z.array(step),
    events: z
      .array(
        z.object({ event: z.string(), answers: z.record(z.string(), answer), otherwise: answer.nullable() }),
      )
      .describe('What becomes of events from outside where no wait has them for an end, by place.'),
    unexpected: answer.nullable().describe('The answer where there is none of its own.'),
    closings: z.array(closing).describe('What the business is told when undoing begins and when it is done.'),
    diagram: z.string().describe('A Mermaid flowchart.'),
  })
  .meta({
    examples: [
      {
        name: 'order-fulfillment',
        revision: 7,
        ...summaryExample,
        deadlineMs: null,
        startedBy: null,
        steps: [
          {
            name: 'validate-order',
            phase: 'compensatable',
            kind: 'local',
            action: {
              command: 'orders.validate-order.v1',
              input: { orderId: '$.input.orderId' },
              succeeds: ['orders.order-validated.v1'],
              rejects: 'orders.order-validation-rejected.v1',
            },
            wait: null,
            conditional: false,
            noCompensation: 'it only reads',
            retry: retryExample,
            attemptTimeoutMs: 60000,
            heartbeatTimeoutMs: null,
            compensation: null,
          },
        ],
        events: [],
        unexpected: { then: 'ignore', reason: 'the order does not wait for it' },
        closings: [],
        diagram: 'flowchart TD\n  start([start]) --> s0\n  s0["validate-order"] --> completed([completed])',
      },
    ],
  });

export type VersionSummary = z.infer<typeof versionSummary>;
export type SagaDefinitionReport = z.infer<typeof definition>;
export type VersionReport = z.infer<typeof versionReport>;
