import { z } from 'zod';
import { shipmentStatuses } from '../domain/shipment-status.js';
import type { ShipmentEntity } from '../persistence/shipment.entity.js';

export const shipmentResponse = z
  .object({
    id: z.uuid().describe('The reference that the carrier knows the shipment by.'),
    orderId: z.uuid(),
    status: z
      .enum(shipmentStatuses)
      .describe(
        '`failed`: the carrier refused the shipment (then it has no tracking number) or could not deliver it.',
      ),
    carrier: z.string().nullable().describe('Null until the carrier has taken the booking.'),
    trackingNumber: z.string().nullable().describe('Null until the carrier has taken the booking.'),
    createdAt: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        id: '019ae1c0-7d1a-7c3e-9a53-0b8f6c1d2e44',
        orderId: '019ae1c0-7c02-7b52-8f0e-5f6f3f0f9a10',
        status: 'booked',
        carrier: 'sandbox',
        trackingNumber: 'SBX019AE1C07D1A7C3E9A530B8F6C1D2E44',
        createdAt: '2026-11-21T09:00:00.000Z',
      },
    ],
  });

export type ShipmentResponse = z.infer<typeof shipmentResponse>;

/** Field by field, so that a new column is not published by accident. */
export function toShipmentResponse(shipment: ShipmentEntity): ShipmentResponse {
  return {
    id: shipment.id,
    orderId: shipment.orderId,
    status: shipment.status,
    carrier: shipment.carrier,
    trackingNumber: shipment.trackingNumber,
    createdAt: shipment.createdAt.toISOString(),
  };
}
