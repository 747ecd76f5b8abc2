import { z } from 'zod';
import type { SagaStatus } from '../engine/instance-row.js';

export const sagaStatus = z
  .enum([
    'running',
    'waiting',
    'compensating',
    'parked',
    'paused',
    'completed',
    'compensated',
    'terminated',
  ] satisfies SagaStatus[])
  .describe(
    '`waiting`: for an event or a time. `parked`: automatic tries have stopped, an operator goes on. ' +
      '`completed`, `compensated` and `terminated` are ends.',
  );

export const sagaId = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'The saga.', example: '019f643a-0c58-7c1e-9d2f-6b7a8c9d0e1f' });
