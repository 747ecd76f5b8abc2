import type { HttpClient } from './http-client.js';
import type { Random } from './random.js';

/** The body of `POST /v1/orders`. */
export interface OrderRequest {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shippingAddress: Readonly<Record<string, string>>;
}

export interface PlacedOrder {
  readonly id: string;
  readonly status: string;
  readonly failure: { readonly code: string } | null;
}

/** An order for one piece that meets no trouble, but for what is said otherwise. */
export function orderRequest(
  sku: string,
  changes: Partial<OrderRequest> & { postalCode?: string } = {},
): OrderRequest {
  const { postalCode = '10115', ...rest } = changes;
  return {
    customerId: 'c-1',
    currency: 'EUR',
    lines: [{ sku, quantity: 1 }],
    paymentMethod: 'pm_card_visa',
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: 'Hauptstr. 1',
      city: 'Berlin',
      postalCode,
      country: 'DE',
    },
    ...rest,
  };
}

/** Puts products on the shelves, as an operator does. */
export async function stockShelves(http: HttpClient, stock: Readonly<Record<string, number>>): Promise<void> {
  const operator = http.as('demo-operator');
  for (const [index, [sku, quantity]] of Object.entries(stock).entries()) {
    const product = { name: `Product ${sku}`, unitAmount: 500 + index * 10, currency: 'EUR' };
    expect((await operator.put(`/v1/products/${sku}`, product)).status).toBe(201);
    const adjustment = { quantity, reason: 'delivered by the supplier' };
    expect((await operator.post(`/v1/products/${sku}/stock-adjustments`, adjustment)).status).toBe(201);
  }
}

/** How the gateway and the carrier treat an order: mostly well, and now and then in each way they can go wrong. */
export function someTrouble(random: Random): { paymentMethod: string; postalCode: string } {
  const rarely = <T>(likely: T, others: readonly T[]) => (random.next() < 0.5 ? likely : random.pick(others));
  return {
    paymentMethod: rarely('pm_card_visa', [
      'pm_card_declined',
      'pm_card_insufficient_funds',
      'pm_card_lost_answer',
      'pm_card_lost_request',
      'pm_card_flaky',
    ]),
    postalCode: rarely('10115', ['REJECT', 'LOST', 'FLAKY']),
  };
}

/** Calls `work` with the numbers from 0 to `count − 1`, `clients` at a time. */
export async function byClients(
  clients: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Lets the gateway and the carrier take their time, so that calls are under way when something happens to us. */
export async function slowDownTheOutside(http: HttpClient, latencyMs: number): Promise<void> {
  const { status } = await http.as('demo-operator').put('/v1/sandbox/faults', { latencyMs });
  expect(status).toBe(200);
}
