import { z } from 'zod';
import { pageOf } from '../../platform/http/page.js';

export const breakerState = z.enum(['closed', 'open', 'half-open', 'held']);

export const dependencyResponse = z
  .object({
    name: z.string(),
    state: breakerState.describe(
      '`closed`: calls are made. `open`: out of order; its steps are held. `half-open`: one call finds out whether ' +
        'it is back. `held`: held by an operator.',
    ),
    failures: z.int().describe('In a row, since the last success.'),
    errorCode: z
      .string()
      .nullable()
      .describe('The failure that opened it; its held sagas are found under it.'),
    message: z.string().nullable(),
    since: z.iso.datetime().nullable().describe('When it opened or was held; null while it is closed.'),
    nextProbeAt: z.iso.datetime().nullable().describe('When a call will find out whether it is back.'),
    heldBy: z.string().nullable().describe("The operator's name; null: nobody holds it."),
    reason: z.string().nullable().describe('Why it is held by hand.'),
    heldSagas: z.int().describe('Sagas that rest because of it; let go in time once it is closed.'),
    releaseRate: z.int().describe('Held sagas that are let go a second once it is closed.'),
    usedBy: z.array(z.string()).describe('Steps that call it, by definition and version.'),
    revision: z
      .int()
      .describe('Goes up when it opens, closes, is held or released; what `If-Match` compares.'),
  })
  .meta({
    examples: [
      {
        name: 'carrier',
        state: 'open',
        failures: 10,
        errorCode: 'SHIPPING.UNAVAILABLE',
        message: 'The carrier answered 503.',
        since: '2026-07-15T09:30:00.000Z',
        nextProbeAt: '2026-07-15T09:30:10.000Z',
        heldBy: null,
        reason: null,
        heldSagas: 120,
        releaseRate: 50,
        usedBy: ['order-fulfillment v2 › arrange-shipping'],
        revision: 1,
      },
    ],
  });

export const dependencyPage = pageOf(dependencyResponse);

export type DependencyReport = z.infer<typeof dependencyResponse>;
