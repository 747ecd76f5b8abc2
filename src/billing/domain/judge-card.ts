import { billingCodes } from './billing-codes.js';
import { brandOf } from './card-brand.js';

export interface CardDetails {
  /** Digits only. */
  readonly number: string;
  /** 1 to 12. */
  readonly expiryMonth: number;
  /** Four digits. */
  readonly expiryYear: number;
}

/** All that may be kept of a card. */
export interface JudgedCard {
  readonly brand: string;
  /** The last four digits; fewer when the number had fewer. */
  readonly last4: string;
  /** The code that a charge will be declined with; null: it can be charged. */
  readonly refusalCode: string | null;
}

/** Looks at a card once, so that its number can be forgotten. */
export function judgeCard(card: CardDetails, now: Date): JudgedCard {
  const { brand, lengths } = brandOf(card.number);
  const last4 = card.number.slice(-4);
  if (!lengths.includes(card.number.length) || !passesLuhn(card.number)) {
    return { brand, last4, refusalCode: billingCodes.incorrectNumber };
  }
  return { brand, last4, refusalCode: hasExpired(card, now) ? billingCodes.expiredCard : null };
}

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A card is good until its month has ended everywhere on Earth: twelve hours after it has in UTC. */
function hasExpired({ expiryMonth, expiryYear }: CardDetails, now: Date): boolean {
  return now.getTime() >= Date.UTC(expiryYear, expiryMonth, 1, 12);
}
