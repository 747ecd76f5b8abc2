import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Order } from './contract.js';
import { Shop } from './shop.js';

interface Answer {
  readonly version?: number;
  readonly code?: string;
  readonly moved?: number;
  readonly refused?: number;
  readonly items?: readonly { readonly correlationId: string; readonly step: string | null }[];
}

/** Orders above 5.00 EUR wait for a person; v1 and v2 are equal up to there. */
describe('orders in flight, and another version', () => {
  let shop: Shop;
  let waiting: Order;
  let charged: Order;

  beforeAll(async () => {
    shop = await Shop.open({ REVIEW_ABOVE: '500' });
    const cheap = await shop.newProduct({ unitAmount: 100 });
    const dear = await shop.newProduct({ unitAmount: 1_000 });
    await shop.settle({ sku: cheap });
    // Paid, and cannot be paid back: there v1 and v2 have parted. It rests until somebody resumes it.
    charged = await shop.place({
      sku: cheap,
      paymentMethod: 'pm_card_refund_fails',
      postalCode: 'REJECT',
    });
    await shop.until(async () => expect((await shop.saga(charged.id)).cause).not.toBeNull());
    const { id } = await shop.saga(charged.id);
    await shop.succeed(shop.operator.post(`/v1/admin/sagas/${id}/pause`, { reason: 'looking' }));
    waiting = await shop.place({ sku: dear });
    await shop.until(async () => {
      expect((await shop.saga(waiting.id)).status).toBe('waiting');
      expect(await shop.saga(charged.id)).toMatchObject({ status: 'paused', owner: null });
    });
  }, 60_000);
  afterAll(() => shop.close());

  const simulate = async (version: string) => {
    const command = spawn(
      process.execPath,
      ['dist/scripts/sagas-simulate.js', 'order-fulfillment', version],
      {
        cwd: join(import.meta.dirname, '../..'),
        env: { ...process.env, DATABASE_URL: shop.databaseUrl },
      },
    );
    const ended = once(command, 'close');
    const [said, failed] = await Promise.all([text(command.stdout), text(command.stderr)]);
    const [status] = (await ended) as [number];
    return { status, said, failed };
  };
  const bulk = (body: object) =>
    shop.supervisor.post<Answer>('/v1/admin/saga-definitions/order-fulfillment/move', {
      from: 2,
      to: 1,
      reason: 'back to v1',
      ...body,
    });

  it('are simulated by a command: what would be impossible is said, and it ends with 1', async () => {
    const { status, said, failed } = await simulate('1');
    expect(failed).toBe('');
    expect(said).toMatch(/^order-fulfillment v1, for sagas of other versions\n/);
    expect(said).toContain('In flight: 2 looked at, 1 take another path, 1 impossible');
    expect(said).toContain('does "charge-payment" in the place of "reserve-inventory"');
    expect(said).toContain('v1 has no step "reserve-inventory"');
    expect(said).toContain('Ended: 1 looked at, 1 take another path');
    expect(status).toBe(1);
    expect(await simulate('7')).toEqual({
      status: 1, said: '', failed: 'order-fulfillment v7 is not in src/saga/reference.ts.\n',
    }); // prettier-ignore
  }, 60_000);

  it('are moved where they are equal so far, and go on in the way of the version', async () => {
    const dry = await bulk({ dryRun: true });
    expect(dry.body).toMatchObject({ moved: 1, refused: 1 });
    const done = await bulk({});
    expect(done.body).toMatchObject({ moved: 1, refused: 1 });
    expect(done.body.items).toMatchObject([
      { correlationId: charged.id, step: 'reserve-inventory' },
      { correlationId: waiting.id, step: null },
    ]);
    expect((await shop.order(waiting.id)).fulfillment).toMatchObject({ version: 1 });

    await shop.succeed(shop.operator.post(`/v1/orders/${waiting.id}/approve`, { reason: 'known' }));
    expect((await shop.settled(waiting.id)).status).toBe('confirmed');
    const { steps } = await shop.saga(waiting.id);
    expect(steps.filter(({ status }) => status === 'succeeded').map(({ name }) => name)).toEqual([
      'validate-order',
      'review-order',
      'charge-payment',
      'reserve-and-commit-inventory',
      'arrange-shipping',
      'confirm-order',
    ]);
  }, 60_000);

  it('leave the books in order', async () => {
    const report = await shop.succeed(
      shop.operator.post<{ violations: unknown[] }>('/v1/admin/invariants/check', {}),
    );
    expect(report.violations).toEqual([]);
  });
});
