import type { Charged } from '../../src/billing/gateway/payment-gateway.js';
import type { Booked } from '../../src/shipping/carrier/carrier.js';
import type { MemoryCarrier } from '../outside/memory-carrier.js';
import type { MemoryGateway } from '../outside/memory-gateway.js';

/**
 * The steps of order-fulfillment v2 that do something, in their order; the review is passed by for these orders, and
 * is no step here. Each is one transaction. What is written is what the application writes, except that it is written
 * once: a payment is stored as charged, and a shipment as booked, where the engine stores its intent before the call as
 * well. That spares the baselines two writes, and the certainty of what was sent before a crash.
 */
export const steps = [
  'validate-order',
  'reserve-inventory',
  'charge-payment',
  'commit-inventory',
  'arrange-shipping',
  'confirm-order',
] as const;
export type Step = (typeof steps)[number];

/** What follows a step; null: it was the last one. */
export function after(step: Step): Step | null {
  return steps[steps.indexOf(step) + 1] ?? null;
}

/** A saga as the process has it in memory while it carries it out. */
export interface HandSaga {
  readonly id: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly shipmentId: string;
  readonly customerId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly address: Address;
}

export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** The same outside as the engine's. */
export interface Outside {
  readonly gateway: MemoryGateway;
  readonly carrier: MemoryCarrier;
}

const signal = new AbortController().signal;

/** @throws Error when the card is declined: the baselines know no way back */
export async function charge({ gateway }: Outside, saga: HandSaga): Promise<Charged> {
  const { paymentId: reference, orderId, amount, currency, paymentMethod } = saga;
  const asked = { reference, orderId, amount, currency, paymentMethod, idempotencyKey: reference, signal };
  const answer = await gateway.charge(asked);
  if (answer.kind !== 'charged') throw new Error(`Order ${orderId} was not charged.`);
  return answer;
}

/** @throws Error when the carrier refuses, as above */
export async function book({ carrier }: Outside, saga: HandSaga): Promise<Booked> {
  const { shipmentId: reference, orderId, address } = saga;
  const asked = { reference, orderId, address, idempotencyKey: reference, signal };
  const answer = await carrier.book({ ...asked, progress: () => undefined, resumeFrom: null });
  if (answer.kind !== 'booked') throw new Error(`Order ${orderId} was not booked.`);
  return answer;
}

/** What each step leaves in its event row: what the engine's journal says of it. */
export function eventOf(step: Step, saga: HandSaga, answer?: Charged | Booked): unknown {
  const { orderId, paymentId, shipmentId, amount, currency, sku, quantity } = saga;
  switch (step) {
    case 'validate-order':
    case 'commit-inventory':
    case 'confirm-order':
      return { step, orderId };
    case 'reserve-inventory':
      return { step, orderId, lines: [{ sku, quantity }] };
    case 'charge-payment':
      return { step, orderId, paymentId, amount, currency, answer };
    case 'arrange-shipping':
      return { step, orderId, shipmentId, answer };
  }
}
