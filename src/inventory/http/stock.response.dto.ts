import { z } from 'zod';
import type { StockAdjustment } from '../application/adjust-stock.handler.js';

const level = {
  onHand: z.int().describe('Pieces in the warehouse, reserved ones included.'),
  reserved: z.int().describe('Pieces promised to orders and not taken yet.'),
  available: z.int().describe('What can still be promised: `onHand − reserved`, never negative.'),
};

export const stockResponse = z
  .object(level)
  .meta({ examples: [{ onHand: 100, reserved: 2, available: 98 }] });

export type StockResponse = z.infer<typeof stockResponse>;

export const stockAdjustmentResponse = z
  .object({
    id: z.uuid(),
    sku: z.string(),
    quantity: z.int().describe('Pieces added; negative: taken away.'),
    reason: z.string(),
    actor: z.string().describe('Whose key it was.'),
    ...level,
    createdAt: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        id: '019a0000-0000-7000-8000-000000000001',
        sku: 'SKU-1',
        quantity: 100,
        reason: 'delivery 2026-4711',
        actor: 'demo-operator',
        onHand: 100,
        reserved: 2,
        available: 98,
        createdAt: '2026-11-21T09:00:00.000Z',
      },
    ],
  });

export type StockAdjustmentResponse = z.infer<typeof stockAdjustmentResponse>;

export function toStockAdjustmentResponse(adjustment: StockAdjustment): StockAdjustmentResponse {
  return { ...adjustment, createdAt: adjustment.createdAt.toISOString() };
}
