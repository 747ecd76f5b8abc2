import { Rejection } from '../../platform/messaging/rejection.js';
import {
  ALREADY_COMMITTED,
  NOT_RESERVED,
  OUT_OF_STOCK,
  RESERVATION_CLOSED,
  UNKNOWN_SKU,
} from '../contracts/inventory-rejections.js';
import type { Allocation } from '../domain/allocate.js';
import type { RefusalCode, ReservationStatus } from '../domain/reservation.js';

/** In words for a customer; the codes are the contract's. */
const SENTENCES: Record<RefusalCode, string> = {
  [NOT_RESERVED]: 'Nothing is reserved for this order.',
  [RESERVATION_CLOSED]: 'The reservation of this order is closed.',
  [ALREADY_COMMITTED]: 'The goods of this order have left the stock already.',
};

/** The reservation's state says no. */
export function refusedBy(code: RefusalCode, status: ReservationStatus | null): Rejection {
  return new Rejection(code, SENTENCES[code], { status });
}

/** The stock says no. An unknown product comes first: no delivery will ever mend it. */
export function notAllocated(allocation: Extract<Allocation, { accepted: false }>): Rejection {
  const { unknown, short } = allocation;
  if (unknown.length > 0) {
    return new Rejection(UNKNOWN_SKU, `There is no product ${unknown.join(', ')}.`, { skus: [...unknown] });
  }
  const missing = short.map((s) => `${s.sku} (wanted ${s.wanted}, available ${s.available})`).join(', ');
  return new Rejection(OUT_OF_STOCK, `Not enough in stock: ${missing}.`, {
    skus: short.map((s) => ({ ...s })),
  });
}
