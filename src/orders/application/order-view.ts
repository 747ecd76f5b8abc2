import type { ShippingAddress } from '../contracts/order-queries.js';
import type { FulfillmentView } from '../contracts/ports.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { OrderRow } from '../persistence/order-row.js';

/** An order as the HTTP contract shows it. */
export interface OrderView {
  id: string;
  status: OrderStatus;
  customerId: string;
  currency: string;
  totalAmount: number;
  lines: { sku: string; name: string; quantity: number; unitAmount: number }[];
  paymentMethod: string;
  /** Null once the personal data are erased. */
  shippingAddress: ShippingAddress | null;
  failure: { code: string; message: string } | null;
  fulfillment: FulfillmentView | null;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export function toOrderView(row: OrderRow, fulfillment: FulfillmentView | undefined): OrderView {
  return {
    id: row.id,
    status: row.status,
    customerId: row.customerId,
    currency: row.currency,
    totalAmount: row.totalAmount,
    lines: row.lines.map(({ sku, name, quantity, unitAmount }) => ({ sku, name, quantity, unitAmount })),
    paymentMethod: row.paymentMethod,
    shippingAddress: addressOf(row),
    failure: failureOf(row),
    fulfillment: fulfillment
      ? {
          definition: fulfillment.definition,
          version: fulfillment.version,
          status: fulfillment.status,
          currentStep: fulfillment.currentStep,
        }
      : null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}

function addressOf(row: OrderRow): ShippingAddress | null {
  const { shipToName, shipToLine1, shipToCity, shipToPostalCode, shipToCountry } = row;
  if (
    shipToName === null ||
    shipToLine1 === null ||
    shipToCity === null ||
    shipToPostalCode === null ||
    shipToCountry === null
  ) {
    return null;
  }
  return {
    name: shipToName,
    line1: shipToLine1,
    line2: row.shipToLine2,
    city: shipToCity,
    postalCode: shipToPostalCode,
    country: shipToCountry,
  };
}

function failureOf({ failureCode, failureMessage }: OrderRow): OrderView['failure'] {
  return failureCode === null ? null : { code: failureCode, message: failureMessage ?? '' };
}
