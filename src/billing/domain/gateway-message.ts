import { billingCodes } from './billing-codes.js';

/** What the gateway tells us of a payment by itself. Messages come early, late, twice and out of order. */
export type GatewayMessage =
  | { readonly kind: 'succeeded'; readonly paymentId: string; readonly gatewayReference: string }
  | {
      readonly kind: 'failed';
      readonly paymentId: string;
      readonly gatewayReference: string;
      readonly code: string;
    };

/** Of a webhook's data what we need. */
export interface GatewayMessageData {
  /** Our payment's id, if it is one. */
  readonly reference: string;
  readonly gatewayReference: string;
  readonly code?: string | undefined;
}

const kinds: Readonly<Record<string, GatewayMessage['kind']>> = {
  'payment.succeeded': 'succeeded',
  'payment.failed': 'failed',
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Null: a type that we do not know. */
export function kindOf(type: string): GatewayMessage['kind'] | null {
  return Object.hasOwn(kinds, type) ? kinds[type]! : null;
}

/** Null: it is about something that cannot be a payment of ours. */
export function gatewayMessage(
  kind: GatewayMessage['kind'],
  data: GatewayMessageData,
): GatewayMessage | null {
  const { reference, gatewayReference, code } = data;
  if (!UUID.test(reference)) return null;
  const paymentId = reference.toLowerCase();
  if (kind === 'succeeded') return { kind, paymentId, gatewayReference };
  return { kind, paymentId, gatewayReference, code: code ?? billingCodes.failedAtBank };
}
