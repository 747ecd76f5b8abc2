import { z } from 'zod';

export const sagaActionRequest = z
  .strictObject({
    reason: z.string().trim().min(1).max(500).describe('Why; it stands in the journal and in the audit.'),
  })
  .meta({ examples: [{ reason: 'The gateway is back.' }] });

export type SagaActionRequest = z.infer<typeof sagaActionRequest>;
