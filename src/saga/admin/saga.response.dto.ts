import { z } from 'zod';
import { sagaExample } from './saga-examples.js';
import { sagaStatus } from './saga-status.dto.js';
import { standstill } from './standstill.dto.js';

const time = z.iso.datetime();

const stepStatus = z
  .enum([
    'pending',
    'passed',
    'running',
    'retrying',
    'unknown',
    'waiting',
    'parked',
    'succeeded',
    'rejected',
    'failed',
    'withdrawn',
  ])
  .describe(
    '`pending`: not reached. `passed`: its condition did not hold. `running`: under way, or next. `retrying`: backs ' +
      'off until the next attempt. `unknown`: sent, and nobody knows what became of it; the other side is asked. ' +
      '`waiting`: for an event or its deadline. `parked`: waits for an operator. `rejected`: the business said no. ' +
      '`failed`: gave up, and the saga turned back. `withdrawn`: not carried out any more, without an effect.',
  );

const compensationStatus = z
  .enum(['registered', 'running', 'retrying', 'unknown', 'parked', 'succeeded', 'withdrawn', 'abandoned'])
  .describe(
    '`registered`: would be run, or will be, with this input. `abandoned`: an operator left the effect as it is. ' +
      'The others as for steps.',
  );

const error = z.object({
  code: z.string().describe('Stable; `SAGA.UNCLASSIFIED` for an error that has none.'),
  type: z.string().describe("The error's class."),
  message: z.string(),
  stack: z.string().nullable().describe('Null when nothing was thrown.'),
  chain: z.array(z.string()).describe('The causes of the error, outermost first.'),
});

const placedError = z.object({
  step: z.string(),
  index: z.int().nullable().describe('Its place in the definition, from 0; null: it has none there.'),
  ...error.shape,
});

const abandonedEffect = z.object({
  step: z.string(),
  index: z.int().nullable().describe('Its place in the definition, from 0; null: it has none there.'),
  by: z.string().describe('Who left it as it is.'),
  reason: z.string(),
});

const unit = {
  attempts: z.int().describe('Attempts that have ended.'),
  input: z
    .unknown()
    .describe("As stored: the command's data, without secrets and personal data. Null before it is known."),
  result: z.unknown().describe("The outcome event's data; null before there is one."),
  error: error.nullable().describe('The last failure, also when a later attempt succeeded.'),
  startedAt: time.nullable().describe('When it was intended.'),
  finishedAt: time.nullable(),
};

const compensation = z.object({ status: compensationStatus, ...unit });

const step = z.object({
  index: z.int().describe('Place in the definition, from 0.'),
  name: z.string(),
  kind: z
    .enum(['local', 'external', 'wait', 'timer', 'child'])
    .nullable()
    .describe('Null: this build does not know the definition; then only the steps reached are listed.'),
  status: stepStatus,
  ...unit,
  unresolvedInput: z
    .unknown()
    .describe(
      'Of a step that was not reached: the shape of its input, with the place where each value will come from in its ' +
        'stead, e.g. `$.results.charge-payment.paymentId`. Null: it is resolved, or cannot be told.',
    ),
  progress: z.unknown().describe('What the last attempt reported while it ran; null: nothing.'),
  compensation: compensation
    .nullable()
    .describe('Null: there is nothing to undo, or nothing is undone any more because the pivot is passed.'),
});

const awaited = z.object({
  step: z.string(),
  for: z
    .array(z.string())
    .describe(
      'The events that end it, by name. Empty: only time does, or the other side has yet to confirm it.',
    ),
  until: time.describe('Then time decides; what the other side has yet to confirm is overdue then.'),
});

const reaction = z.object({
  eventId: z.string(),
  event: z.string(),
  step: z
    .string()
    .describe('Where the saga stood when it came; on the way back the step that it had turned back for.'),
  status: z.enum(['running', 'retrying', 'parked']).describe('As for steps.'),
  ...unit,
});

/** One saga in one view; `steps` are those of the whole definition. */
export const sagaResponse = z
  .object({
    id: z.uuid(),
    definition: z.string(),
    version: z.int(),
    correlationId: z.string().describe("The business key: the order's id."),
    status: sagaStatus,
    currentStep: z
      .string()
      .nullable()
      .describe(
        'The step under way; on the way back the one being undone. Null when the saga has ended, or is done and its parent has yet to decide.',
      ),
    steps: z.array(step),
    cause: placedError
      .nullable()
      .describe(
        'Why the saga turned back; while it goes forward, what holds it up (parked or backing off). Null: nothing.',
      ),
    compensationErrors: z
      .array(placedError)
      .describe(
        'Compensations that failed and have not succeeded since, and the closing commands `undoing` and `undone`, ' +
          'which have no index.',
      ),
    reactions: z
      .array(reaction)
      .describe(
        'What is yet to be done about events from outside, oldest first: beside the steps, and before the saga ends. ' +
          'What is done stands in the journal.',
      ),
    failedStep: z
      .string()
      .nullable()
      .describe(
        'The step that was refused, failed, or holds the saga up. Null: none, or somebody asked for the way back.',
      ),
    failedIndex: z.int().nullable().describe('Its place in the definition, from 0.'),
    abandoned: z
      .array(abandonedEffect)
      .describe('Effects that `terminate` left as they are, also those that may have come about.'),
    summary: z
      .string()
      .nullable()
      .describe('What went wrong in one line, with the number of failed compensations. Null: nothing did.'),
    standstill: standstill
      .nullable()
      .describe(
        'Why it does not go on now. Null: it does, within the time that its step is expected to take; or it has ended.',
      ),
    waitingFor: z
      .array(awaited)
      .describe(
        'What it waits for now, as its journal has it. Empty: nothing; what backs off is in `nextAttemptAt`.',
      ),
    nextAttemptAt: time
      .nullable()
      .describe('When something is tried again by itself; null: nothing is waiting for that.'),
    deadlineAt: time
      .nullable()
      .describe("The nearer of the saga's own deadline and the end of its wait; null: none applies."),
    segment: z
      .int()
      .describe(
        'The part of its journal that it is read from, from 1; the ones before are in the journal too.',
      ),
    parent: z
      .object({ sagaId: z.uuid(), step: z.string() })
      .nullable()
      .describe('The saga that started this one, and its step; null: none did.'),
    children: z
      .array(z.object({ step: z.string(), sagaId: z.uuid() }))
      .describe('The sagas that its steps have started.'),
    owner: z.string().nullable().describe('The worker that has it now, `host:pid`; null: none.'),
    createdAt: time,
    updatedAt: time,
    revision: z.int().describe('Rises with every change; for `If-Match`.'),
  })
  .meta({ examples: [sagaExample] });

export type SagaDetail = z.infer<typeof sagaResponse>;
