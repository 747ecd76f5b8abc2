import { billingCodes } from '../domain/billing-codes.js';

/** The payment methods that the sandbox knows without a card, as the HTTP contract names them. */
export const wellKnownMethods = [
  'pm_card_visa',
  'pm_card_declined',
  'pm_card_insufficient_funds',
  'pm_card_flaky',
  'pm_card_lost_answer',
  'pm_card_lost_request',
  'pm_card_bank',
  'pm_card_refund_fails',
] as const;

export type WellKnownMethod = (typeof wellKnownMethods)[number];

/** Refunds of what it paid fail until the sandbox is healed. */
export const STUBBORN_METHOD: WellKnownMethod = 'pm_card_refund_fails';

/** What the sandbox gateway does with one charge request. */
export type ChargeBehaviour =
  | { readonly act: 'charge' }
  /** Takes the money, and the answer never arrives. */
  | { readonly act: 'charge-and-lose-answer' }
  /** Neither effect nor answer. */
  | { readonly act: 'lose-request' }
  | { readonly act: 'wait-for-bank' }
  | { readonly act: 'unavailable' }
  | { readonly act: 'decline'; readonly code: string };

/** How often `pm_card_flaky` fails, and how often `pm_card_lost_request` loses its way, before it goes well. */
const FLAKY_FAILURES = 2;
const LOST_REQUESTS = 1;

export function isWellKnown(token: string): token is WellKnownMethod {
  return wellKnownMethods.some((known) => known === token);
}

/** True when the behaviour depends on how many times the request's key was seen. */
export function countsRequests(token: WellKnownMethod): boolean {
  return token === 'pm_card_flaky' || token === 'pm_card_lost_request';
}

/** @param seen how many times the request's idempotency key was seen, this time included */
export function behaviourOf(token: WellKnownMethod, seen: number): ChargeBehaviour {
  switch (token) {
    case 'pm_card_visa':
    case 'pm_card_refund_fails':
      return { act: 'charge' };
    case 'pm_card_declined':
      return { act: 'decline', code: billingCodes.cardDeclined };
    case 'pm_card_insufficient_funds':
      return { act: 'decline', code: billingCodes.insufficientFunds };
    case 'pm_card_flaky':
      return { act: seen <= FLAKY_FAILURES ? 'unavailable' : 'charge' };
    case 'pm_card_lost_answer':
      return { act: 'charge-and-lose-answer' };
    case 'pm_card_lost_request':
      return { act: seen <= LOST_REQUESTS ? 'lose-request' : 'charge' };
    case 'pm_card_bank':
      return { act: 'wait-for-bank' };
  }
}
