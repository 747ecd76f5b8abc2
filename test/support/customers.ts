import type { HttpClient } from './http-client.js';
import type { OrderRequest, PlacedOrder } from './shop.js';

interface Wish {
  /** Its idempotency key, and the customer's id in the order: whoever finds two orders of one customer has found a double. */
  readonly key: string;
  readonly request: OrderRequest;
}

/**
 * Customers of a server that may die at any moment: they keep ordering, and one who got no answer orders again, under
 * the same idempotency key, once the server is back.
 */
export class Customers {
  /** Ids of the orders that were taken, by key. */
  readonly taken = new Map<string, string>();
  private readonly unanswered: Wish[] = [];
  private counter = 0;

  /** @param wish what the next customer wants */
  constructor(private readonly wish: (customerId: string) => OrderRequest) {}

  /** Orders, `clients` at a time, until the server does not answer any more. */
  async orderUntilItDies(http: HttpClient, clients: number): Promise<void> {
    const client = async () => {
      while (await this.order(http, this.nextWish()));
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** Asks again for all that was not answered. */
  async repeat(http: HttpClient): Promise<void> {
    for (const wish of this.unanswered.splice(0)) {
      if (!(await this.order(http, wish))) throw new Error('The server did not answer.');
    }
  }

  private nextWish(): Wish {
    const waiting = this.unanswered.shift();
    if (waiting) return waiting;
    const key = `customer-${this.counter++}`;
    return { key, request: this.wish(key) };
  }

  /** False when there was no answer. */
  private async order(http: HttpClient, wish: Wish): Promise<boolean> {
    const headers = { 'idempotency-key': wish.key };
    const answer = await http
      .post<PlacedOrder>('/v1/orders', wish.request, { headers })
      .catch(() => undefined);
    if (!answer) {
      this.unanswered.push(wish);
      return false;
    }
    expect({ key: wish.key, status: answer.status }).toEqual({ key: wish.key, status: 202 });
    this.taken.set(wish.key, answer.body.id);
    return true;
  }
}
