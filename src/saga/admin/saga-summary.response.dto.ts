import { z } from 'zod';
import { pageOf } from '../../platform/http/page.js';
import { summaryExample } from './saga-examples.js';
import type { SagaInstanceEntity } from './saga-instance.entity.js';
import { sagaStatus } from './saga-status.dto.js';
import { standstill, type Standstill } from './standstill.dto.js';

const time = z.iso.datetime();

export const sagaSummary = z
  .object({
    id: z.uuid(),
    definition: z.string(),
    version: z.int(),
    correlationId: z.string().describe("The business key: the order's id."),
    status: sagaStatus,
    currentStep: z.string().nullable().describe('Null when the saga has ended.'),
    failedStep: z.string().nullable().describe('The step that is parked or backing off; null: none.'),
    errorCode: z.string().nullable().describe('Of its last failure; null: none.'),
    attentionSince: time.nullable().describe('When it began to fail; null: it does not.'),
    nextWakeAt: time
      .nullable()
      .describe('When it goes on by itself; null: it is under way, has ended, or waits for somebody.'),
    openEffects: z.int().describe('Effects that would be undone if it turned back now.'),
    createdAt: time,
    updatedAt: time,
    finishedAt: time.nullable(),
    revision: z.int().describe('For `If-Match`.'),
    standstill: standstill
      .nullable()
      .optional()
      .describe(
        'Why it does not go on now; null: it does again. Only in answers to a request with `stuckForSeconds`.',
      ),
  })
  .meta({ examples: [summaryExample] });

export const sagaPage = pageOf(sagaSummary);

export type SagaSummary = z.infer<typeof sagaSummary>;

/**
 * Field by field, so that a new column is not published by accident.
 *
 * @param standstills by saga; null: nobody asked
 */
export function toSagaSummary(
  saga: SagaInstanceEntity,
  standstills: ReadonlyMap<string, Standstill | null> | null,
): SagaSummary {
  return {
    id: saga.id,
    definition: saga.definition,
    version: saga.version,
    correlationId: saga.correlationId,
    status: saga.status,
    currentStep: saga.currentStep,
    failedStep: saga.failedStep,
    errorCode: saga.errorCode,
    attentionSince: saga.attentionSince?.toISOString() ?? null,
    nextWakeAt: saga.wakeAt?.toISOString() ?? null,
    openEffects: saga.openEffects,
    createdAt: saga.createdAt.toISOString(),
    updatedAt: saga.updatedAt.toISOString(),
    finishedAt: saga.finishedAt?.toISOString() ?? null,
    revision: saga.revision,
    ...(standstills && { standstill: standstills.get(saga.id) ?? null }),
  };
}
