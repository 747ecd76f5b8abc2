import { z } from 'zod';
import { paymentStatuses } from '../domain/payment-status.js';
import type { PaymentEntity } from '../persistence/payment.entity.js';

export const paymentResponse = z
  .object({
    id: z.uuid().describe('Also our reference at the gateway.'),
    orderId: z.uuid(),
    status: z
      .enum(paymentStatuses)
      .describe(
        '`unknown`: the gateway’s answer was lost and it is being asked. `declined` also stands for a payment that ' +
          'was taken back before it was charged.',
      ),
    amount: z.int().positive().describe('What was asked for, in minor units of `currency`.'),
    refundedAmount: z.int().nonnegative().describe('What was given back, in minor units of `currency`.'),
    currency: z.string().describe('ISO 4217.'),
    gatewayReference: z
      .string()
      .nullable()
      .describe('The gateway’s own reference; null: no money was taken.'),
    createdAt: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        id: '019aa3f0-5c1e-7b64-9d0e-2f1f3a5b7c9d',
        orderId: '019aa3f0-5b7a-7e21-8f43-6d1c2b3a4f5e',
        status: 'charged',
        amount: 3780,
        refundedAmount: 0,
        currency: 'EUR',
        gatewayReference: 'ch_019aa3f05c2f7d008a1b2c3d4e5f6071',
        createdAt: '2026-11-21T09:00:00.000Z',
      },
    ],
  });

export type PaymentResponse = z.infer<typeof paymentResponse>;

/** Field by field, so that a new column is not published by accident. */
export function toPaymentResponse(payment: PaymentEntity): PaymentResponse {
  return {
    id: payment.id,
    orderId: payment.orderId,
    status: payment.status,
    amount: payment.amount,
    refundedAmount: payment.refundedAmount,
    currency: payment.currency,
    gatewayReference: payment.gatewayReference,
    createdAt: payment.createdAt.toISOString(),
  };
}
