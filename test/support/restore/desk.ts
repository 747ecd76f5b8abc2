import type { HttpClient } from '../http-client.js';
import { orderRequest, type OrderRequest, type PlacedOrder } from '../shop.js';

export interface Violation {
  readonly code: string;
  readonly orderId: string;
}

type Wish = Parameters<typeof orderRequest>[1];

/** What customers and operators of a shop with one product do; all of it must be taken. */
export class Desk {
  private readonly operator: HttpClient;

  constructor(private readonly http: HttpClient) {
    this.operator = http.as('demo-operator');
  }

  /** @returns the order's id */
  async place(wish: Wish = {}, headers: Record<string, string> = {}): Promise<string> {
    const order: OrderRequest = orderRequest('REST-1', wish);
    const { status, body } = await this.http.post<PlacedOrder>('/v1/orders', order, { headers });
    expect(status).toBe(202);
    return body.id;
  }

  /** One after the other. */
  async placeAll(wishes: readonly Wish[]): Promise<string[]> {
    const placed: string[] = [];
    for (const wish of wishes) placed.push(await this.place(wish));
    return placed;
  }

  async cancel(order: string): Promise<void> {
    const path = `/v1/orders/${order}/cancel`;
    expect(await this.http.post(path, { reason: 'Changed my mind.' })).toMatchObject({ status: 202 });
  }

  async approve(order: string): Promise<void> {
    const path = `/v1/orders/${order}/approve`;
    expect(await this.operator.post(path, { reason: 'Known.' })).toMatchObject({ status: 202 });
  }

  async hold(dependency: string): Promise<void> {
    await this.act(`dependencies/${dependency}/hold`);
  }

  async release(dependency: string, ratePerSecond: number): Promise<void> {
    await this.act(`dependencies/${dependency}/release`, { ratePerSecond });
  }

  /** What the auditor finds, over all there is. */
  async check(): Promise<readonly Violation[]> {
    const path = '/v1/admin/invariants/check';
    const { status, body } = await this.operator.post<{ violations: Violation[] }>(path);
    expect(status).toBe(200);
    return body.violations;
  }

  async auditIsIntact(): Promise<void> {
    const { body } = await this.operator.get('/v1/admin/audit/verify');
    expect(body).toMatchObject({ intact: true, fault: null });
  }

  private async act(path: string, body: object = {}): Promise<void> {
    const asked = { reason: 'The database was restored.', ...body };
    expect(await this.operator.post(`/v1/admin/${path}`, asked)).toMatchObject({ status: 200 });
  }
}
